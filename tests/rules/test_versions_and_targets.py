"""One version everywhere, and a Makefile that explains itself."""

import re
import subprocess

import cli
from api.app import create_app
from settings import Settings
from tests.rules.tree import ROOT, pyproject


def test_program_api_and_project_have_the_same_version() -> None:
    version = pyproject()["project"]["version"]
    assert cli.app.version == version
    assert create_app(Settings()).version == version


def test_make_help_lists_every_target_with_its_purpose() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    targets = {name for line in declared for name in line.split()}
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", told, re.MULTILINE))
    assert set(listed) == targets
    assert {"demo", "up", "test", "bench", "lock", "help"} <= set(listed)


def test_make_alone_gives_the_help() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout
    assert "make demo" in told
