"""workflows/ and domain/ read no clock, draw no lot and reach nothing outside; planted violations show that the rule bites."""

from pathlib import Path

import pytest

from tests.workflows.determinism import violations

PLANTED = {
    "from datetime import datetime\nnow = datetime.now()": "datetime.now reads a clock",
    "import datetime as dt\nnow = dt.datetime.now(dt.UTC)": "datetime.datetime.now reads a clock",
    "import datetime\ntoday = datetime.date.today()": "datetime.date.today reads a clock",
    "from datetime import date\ndef f(clock=date.today): ...": "datetime.date.today reads a clock",
    "import time\ntime.time()": "time reads a clock",
    "from time import monotonic": "time reads a clock",
    "from uuid import uuid4\nnew = uuid4()": "uuid.uuid4 draws by chance",
    "from uuid import uuid4 as new\nnew()": "uuid.uuid4 draws by chance",
    "import uuid\nuuid.uuid1()": "uuid.uuid1 draws by chance",
    "import random": "random draws by chance",
    "from random import choice": "random draws by chance",
    "import secrets": "secrets draws by chance",
    "with open('x') as f: ...": "open reaches outside",
    "import os\nos.environ['X']": "os reaches outside",
    "from os import environ": "os reaches outside",
    "from pathlib import Path\nPath('x').read_text()": "pathlib reaches outside",
    "import requests": "requests reaches outside",
    "import urllib.request": "urllib.request reaches outside",
    "def f():\n    print('x')": "print reaches outside",
    "import asyncio\nasync def f(): await asyncio.sleep(1)": "asyncio.sleep hides a durable timer",
    "from asyncio import sleep\nasync def f(): await sleep(1)": "asyncio.sleep hides a durable timer",
    "import asyncio\nasync def f(t): await asyncio.wait(t)": "asyncio.wait finishes in an order",
    "key = hash('x')": "hash differs from process to process",
}

ALLOWED = [
    "from temporalio import workflow\nnow = workflow.now()",
    "from temporalio import workflow\nasync def f(): await workflow.sleep(1)",
    "from uuid import UUID, uuid5\nnew = uuid5(UUID(int=1), 'x')",
    "import asyncio\nlock = asyncio.Lock()\nasync def f(): await asyncio.gather()",
    "from datetime import UTC, datetime\nat = datetime.combine(d, t, UTC)",
    "class A:\n    now = 1\n    def f(self): return self.now",
]


@pytest.mark.parametrize("folder", ["workflows", "domain"])
def test_nothing_that_is_replayed_differs_from_one_time_to_the_next(repo: Path, folder: str) -> None:
    files = sorted((repo / folder).rglob("*.py"))
    assert files
    found = [
        str(violation)
        for file in files
        for violation in violations(file.read_text(encoding="utf-8"), str(file.relative_to(repo)))
    ]
    assert found == [], "\n".join(["what runs in a workflow is replayed and must do the same again:", *found])


@pytest.mark.parametrize(("source", "message"), PLANTED.items())
def test_a_planted_violation_is_found(source: str, message: str) -> None:
    found = [str(violation) for violation in violations(source, "planted.py")]
    assert any(message in line for line in found), found


@pytest.mark.parametrize("source", ALLOWED)
def test_what_is_the_same_every_time_is_left_alone(source: str) -> None:
    assert [*violations(source, "allowed.py")] == []
