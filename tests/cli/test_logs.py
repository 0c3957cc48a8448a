"""Logs: every line on stderr is one JSON object, whoever wrote it and whatever it holds."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.command_line import ROOT

PROGRAM = """
import logging
from datetime import UTC, datetime
from uuid import UUID

import structlog

from telemetry import configure_logging

configure_logging("INFO", "probe")
log = structlog.get_logger()
log.info("recorded", directive_id=UUID(int=7), command_id="c", position=3, at=datetime(2026, 11, 20, tzinfo=UTC))
log.warning("odd", error=ValueError("hỏng"), thing=object(), number=float("nan"))
log.warning("odder", bytes=b"\\xff", half="\\ud800")
log.debug("not shown")
logging.getLogger("some.library").warning("câu %s\\nhai dòng", 1, extra={"weight": 2})
logging.getLogger("httpx").info("not shown")
with structlog.contextvars.bound_contextvars(request="r"):
    try:
        raise RuntimeError("đứt")
    except RuntimeError:
        log.exception("defect")
        logging.getLogger("some.library").exception("defect there")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What a program has logged."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_says_when_who_what_and_how_grave(lines: list[dict[str, Any]]) -> None:
    assert [line["event"] for line in lines] == [
        "recorded",
        "odd",
        "odder",
        "câu 1\nhai dòng",
        "defect",
        "defect there",
    ]
    assert [line["level"] for line in lines] == ["info", "warning", "warning", "warning", "error", "error"]
    assert {line["program"] for line in lines} == {"probe"}
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_what_an_event_binds_is_there(lines: list[dict[str, Any]]) -> None:
    recorded, odd, odder, library, ours, theirs = lines
    assert (recorded["directive_id"], recorded["command_id"], recorded["position"]) == (
        "00000000-0000-0000-0000-000000000007",
        "c",
        3,
    )
    assert "hỏng" in odd["error"], "a value that is no JSON does not break the program that logs it"
    assert odd["number"] == "NaN"
    assert "xff" in odder["bytes"]
    assert library["weight"] == 2
    assert ours["request"] == "r"
    for line in (ours, theirs):
        assert "RuntimeError: đứt" in line["exception"]
