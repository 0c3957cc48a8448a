"""pm4py, asked in a process of its own: it is AGPL, so neither the program nor its tests ever import it.

A script that is asked imports pm4py, is given its arguments on the command line and ends by writing one line of JSON on
stdout; whatever stands before that line is pm4py's greeting. An import takes seconds: ask all questions at once.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 100


def asked(script: Path, *arguments: str | Path) -> Any:
    """What the script answers. AssertionError with what it said on stderr where it fails."""
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.decode().splitlines()[-1])
