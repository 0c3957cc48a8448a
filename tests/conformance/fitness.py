"""pm4py's judgement of logs on a net. It is AGPL: a process of its own, never imported by the program or by its tests."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from audit.conformance.course import History

_SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pm4py
judged = []
for pnml, xes in zip(sys.argv[1::2], sys.argv[2::2]):
    net, initial, final = pm4py.read_pnml(pnml, auto_guess_final_marking=True)
    log = pm4py.read_xes(xes, return_legacy_log_object=True)
    found = pm4py.conformance_diagnostics_alignments(log, net, initial, final)
    judged.append({
        "final": {place.name: count for place, count in final.items()},
        "fitness": {trace.attributes["concept:name"]: one["fitness"] for trace, one in zip(log, found)},
    })
print(json.dumps(judged))
"""


@dataclass(frozen=True)
class Judged:
    """A log on a net: the final marking that pm4py takes the net to have, and the fitness of each trace, from 0 to 1."""

    final: dict[str, int]
    fitness: dict[str, float]


def interpreter() -> str | None:
    """A Python that has pm4py: the one named by DONDOC_PM4PY_PYTHON, or this one; None where there is none."""
    named = os.environ.get("DONDOC_PM4PY_PYTHON")
    return named or (sys.executable if importlib.util.find_spec("pm4py") else None)


def judge_logs(python: str, *pairs: tuple[Path, Path]) -> list[Judged]:
    """Each log on its net, in one process: starting it takes longer than judging."""
    files = [str(file) for pair in pairs for file in pair]
    done = subprocess.run(
        [python, "-I", "-c", _SCRIPT, *files], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [Judged(**one) for one in json.loads(done.stdout.splitlines()[-1])]


def write_log(file: Path, traces: Iterable[tuple[str, History]]) -> None:
    """A log as XES (IEEE 1849), as much of it as alignments look at: each trace with its name, each event with its type."""
    log = ET.Element("log", {"xes.version": "2.0", "xmlns": "http://www.xes-standard.org/"})
    for name, history in traces:
        trace = ET.SubElement(log, "trace")
        ET.SubElement(trace, "string", key="concept:name", value=name)
        for entry in history.entries:
            event = ET.SubElement(trace, "event")
            ET.SubElement(event, "string", key="concept:name", value=entry.event.data.type)
            ET.SubElement(event, "date", key="time:timestamp", value=entry.event.occurred_at.isoformat())
    ET.ElementTree(log).write(file, encoding="utf-8", xml_declaration=True)
