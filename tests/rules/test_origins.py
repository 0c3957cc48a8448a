"""What is installed is pinned by hash, and nothing in the tree points at the machine it was written on."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pip._internal.models.index import PyPI

from tests.rules.tree import ROOT, files

LOCKS = sorted(ROOT.glob("requirements*.lock"))
PIN = re.compile(
    r"^([a-z0-9][a-z0-9._-]*)==(\S+)((?: ; [^\\\n]+)?)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)
HOME = re.compile(r"(?<![\w.])/(?:root|work|Users|home/\w+)/")
LOOKS_FOR_THEM = {"test_origins.py", "test_histories.py"}


def unpinned(text: str) -> list[str]:
    """Lines of a lock that are neither a pin with its hashes nor a comment."""
    rest = PIN.sub("", text)
    return [line for line in rest.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def index_hosts() -> set[str]:
    """The hosts of package indexes: the one that pip knows of itself, and those that this machine is set up with."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    told += "\n".join(value for name, value in os.environ.items() if "INDEX" in name)
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s'\"]+", told)}
    return {host for host in hosts if host} | {PyPI.netloc, PyPI.file_storage_domain}


def readable(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_with_hashes_and_from_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert unpinned(text) == []
    assert len(PIN.findall(text)) > 20
    assert "://" not in text
    assert "@ " not in text


def test_the_check_of_locks_bites() -> None:
    good = f"httpx==1.0 \\\n    --hash=sha256:{'0' * 64}\n    # via dondoc\n"
    assert unpinned(good) == []
    for bad in (
        "httpx==1.0\n",
        "--index-url https://x\n",
        "-e .\n",
        good.replace("0" * 64, "0" * 63),
        good.replace("==", ">="),
    ):
        assert unpinned(bad), bad


def test_the_locks_of_program_and_tests_agree() -> None:
    program, tests = ({name: version for name, version, *_ in PIN.findall(path.read_text())} for path in _both())
    assert {name: tests.get(name) for name in program} == program


def _both() -> tuple[Path, Path]:
    return ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def test_nothing_points_at_the_machine_it_was_written_on() -> None:
    hosts = index_hosts()
    found = [
        f"{path.relative_to(ROOT)}: {spot}"
        for path in files()
        if path.name not in LOOKS_FOR_THEM
        for text in [readable(path)]
        for spot in [*HOME.findall(text), *(host for host in hosts if host in text)]
    ]
    assert found == []
    assert not (ROOT / "uv.lock").exists(), "the hash locks are the only ones; `make lock` renews them"


@pytest.mark.parametrize("folders", [("work", "main"), ("root", ".cache"), ("home", "anna"), ("Users", "anna")])
def test_a_path_of_a_machine_would_be_found(folders: tuple[str, str]) -> None:
    assert HOME.search("see " + "".join(f"/{folder}" for folder in folders) + "/x")


@pytest.mark.parametrize("text", ["/app", "examples/works/a", "https://x.example/home/", "/workflows", "/docs/root"])
def test_other_paths_are_no_paths_of_a_machine(text: str) -> None:
    assert not HOME.search(text)
