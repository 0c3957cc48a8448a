"""What `dondoc --help` promises: every command on a line of its own, every command with its options."""

import re

import pytest

from cli import COMMANDS
from tests.support.command_line import dondoc, dondoc_process

GROUPS = {
    "units": ("import", "rename", "move", "merge", "split", "end", "list"),
    "substitutions": ("add", "list", "end"),
    "users": ("import", "add", "list", "token", "password"),
    "policies": ("list", "show", "adopt"),
    "audit": (
        "verify",
        "checkpoint",
        "reads",
        "conformance",
        "export",
        "witness",
        "reconcile",
        "bundle",
        "verify-bundle",
    ),
    "calendar": ("add-swap", "add", "revert", "list"),
    "recur": ("add", "list", "show", "pause", "resume", "end", "backfill"),
}


ALL: list[tuple[str, ...]] = [
    *((name, inner) if inner else (name,) for name in COMMANDS for inner in GROUPS.get(name, ("",))),
    *(("audit", "key", inner) for inner in ("show", "new", "rotate")),
]


def test_help_lists_every_command_on_one_line_of_80_columns() -> None:
    told = dondoc_process("--help", environment={"COLUMNS": "80"}).succeeded()
    rows = dict(re.findall(r"^│ (\S+) +(\S.*?) +│$", told.out, re.MULTILINE))
    for name, (_, line) in COMMANDS.items():
        assert rows[name] == line
    assert told.err == ""


def test_no_words_at_all_give_the_help() -> None:
    assert "Usage: dondoc COMMAND" in dondoc().succeeded().out


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_commands_lists_its_own(group: str) -> None:
    told = dondoc(group, "--help").succeeded().out
    for inner in GROUPS[group]:
        assert re.search(rf"^│ {inner} ", told, re.MULTILINE)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself_and_takes_data_and_json(words: tuple[str, ...]) -> None:
    told = dondoc(*words, "--help").succeeded().out
    assert f"Usage: dondoc {' '.join(words)}" in told
    assert " · " in told.splitlines()[2], "a description in both languages"
    for option in ("--data", "--json"):
        assert option in told


def test_version_is_told() -> None:
    assert dondoc("--version").succeeded().out.strip() == "0.1.0"
