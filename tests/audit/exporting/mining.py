"""What pm4py sees in exports: run as a process of its own with their files (tests/support/pm4py.py), answers in JSON."""

import json
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pm4py
from pm4py.objects.ocel.validation import ocel20_rel_validation


def xes(file: str) -> dict[str, Any]:
    """Traces with their activities in order, and the attributes that the events of each activity have."""
    log = pm4py.read_xes(file, return_legacy_log_object=True)
    events = [event for trace in log for event in trace]
    return {
        "traces": {trace.attributes["concept:name"]: [event["concept:name"] for event in trace] for trace in log},
        "attributes": {event["concept:name"]: sorted(event) for event in events},
        "texts": {event["identity:id"]: event.get("dondoc:text") for event in events},
        "resources": sorted({event["org:resource"] for event in events}),
        "times": sorted({str(event["time:timestamp"]) for event in events}),
        "extensions": sorted(log.extensions),
        "classifiers": log.classifiers,
        "properties": {key: str(value) for key, value in log.attributes.items()},
    }


def ocel(file: str, log: Any) -> dict[str, Any]:
    """Events and objects by type, relations by qualifier, and what changed of objects."""
    relations, links, changes = log.relations, log.o2o, log.object_changes
    return {
        "events": Counter(log.events["ocel:activity"]),
        "objects": Counter(log.objects["ocel:type"]),
        "relations": Counter(zip_text(relations, "ocel:type", "ocel:qualifier")),
        "links": Counter(links["ocel:qualifier"]),
        "changes": Counter(
            zip_text(changes, "ocel:type", "ocel:field" if "ocel:field" in changes else "ocel:changed_field")
        ),
        "texts": sorted(log.events["text"].dropna()) if "text" in log.events else [],
        "titles": sorted(log.objects["title"].dropna()) if "title" in log.objects else [],
    }


def zip_text(frame: Any, *columns: str) -> list[str]:
    return [" ".join(map(str, row)) for row in zip(*(frame[column] for column in columns), strict=True)]


def seen(file: str) -> dict[str, Any]:
    match Path(file).suffix:
        case ".xes":
            return xes(file)
        case ".json":
            return ocel(file, pm4py.read_ocel2_json(file))
        case _:
            broken = list(ocel20_rel_validation.apply(file)[1])
            return {**ocel(file, pm4py.read_ocel2_sqlite(file)), "broken_constraints": broken}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps({Path(file).name: seen(file) for file in sys.argv[1:]}))  # noqa: T201 - the answer
