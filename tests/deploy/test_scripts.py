"""The deployment's shell scripts, run with stand-ins for the tools that only the images hold."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, Services


def test_scripts_are_executable() -> None:
    scripts = sorted(DEPLOY.rglob("*.sh"))
    assert len(scripts) == 4
    for script in scripts:
        # The postgres image sources a script that it cannot execute, and `set -eu` would then leak into its own.
        assert script.stat().st_mode & stat.S_IXUSR, script
        assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")


def test_make_env_fills_every_password_once(tmp_path: Path, env_example: dict[str, str]) -> None:
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    for name in (".env.example", "make-env.sh"):
        shutil.copy(DEPLOY / name, deploy / name)
    command = ["sh", str(deploy / "make-env.sh")]

    subprocess.run(command, check=True, capture_output=True, timeout=30)

    written = tmp_path / ".env"
    values = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", written.read_text(encoding="utf-8"), flags=re.MULTILINE))
    passwords = [value for name, value in values.items() if name.endswith("_PASSWORD")]
    assert all(re.fullmatch("[0-9a-f]{48}", password) for password in passwords)
    assert len(set(passwords)) == sum(name.endswith("_PASSWORD") for name in env_example)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600

    before = written.read_bytes()
    assert subprocess.run(command, check=False, capture_output=True, timeout=30).returncode == 1
    assert written.read_bytes() == before


def run_with_stub(script: str, tool: str, answers: str, tmp_path: Path, **environment: str) -> list[str]:
    """Run a script with a stand-in for `tool` that notes its arguments; returns what it was called with, in order."""
    calls = tmp_path / "calls"
    stub = tmp_path / tool
    stub.write_text(f'#!/bin/sh\necho "$*" >>"{calls}"\ncase "$*" in\n{answers}\nesac\n', encoding="utf-8")
    stub.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run(["sh", str(DEPLOY / script)], check=True, timeout=30, env={"PATH": path, **environment})
    return calls.read_text(encoding="utf-8").splitlines()


def test_schema_job_sets_up_then_updates_both_stores(tmp_path: Path, services: Services) -> None:
    names = {name: services["temporal-schema"]["environment"][name] for name in ("DBNAME", "VISIBILITY_DBNAME")}
    calls = run_with_stub("temporal/schema.sh", "temporal-sql-tool", "*) ;;", tmp_path, **names)
    assert calls == [
        "--database temporal setup-schema -v 0.0",
        "--database temporal update-schema -d /etc/temporal/schema/postgresql/v12/temporal/versioned",
        "--database temporal_visibility setup-schema -v 0.0",
        "--database temporal_visibility update-schema -d /etc/temporal/schema/postgresql/v12/visibility/versioned",
    ]


@pytest.mark.parametrize(("found", "created"), [("exit 0", False), ("exit 1", True)])
def test_namespace_job_creates_only_what_is_missing(tmp_path: Path, found: str, *, created: bool) -> None:
    calls = run_with_stub(
        "temporal/namespace.sh",
        "temporal",
        f"*describe*) {found} ;;",
        tmp_path,
        TEMPORAL_NAMESPACE="dondoc",
        TEMPORAL_RETENTION="30d",
    )
    expected = ["operator cluster health", "operator namespace describe --namespace dondoc"]
    if created:
        expected.append("operator namespace create --namespace dondoc --retention 30d")
    assert calls == expected
