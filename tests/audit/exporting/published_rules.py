"""The rules of the published schemas as checks of our own: neither schema is ours to keep here, and no package ships one.

- XES: the XML Schema of IEEE 1849 (elements, their order, required attributes and types), with what the standard's text says
  beyond it: keys unique in a component, global attributes on every event and trace, extensions declared (clauses 4 and 5).
- OCEL 2.0 JSON: the JSON Schema of the specification (section 8.2), and that what is named is there.
"""

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

NAME = re.compile(r"[^\W\d][\w.-]*(:[\w.-]+)?")
NC_NAME = re.compile(r"[^\W\d][\w.-]*")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VALUES = {
    "string": re.compile(r"[\s\S]*"),
    "date": STAMP,
    "int": re.compile(r"[+-]?\d{1,18}"),
    "float": re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"),
    "boolean": re.compile(r"true|false|0|1"),
    "id": UUID,
}
"""The elements of attributes, and the lexical space of each one's value."""
_OWN = {"extension": {"name", "prefix", "uri"}, "global": {"scope"}, "classifier": {"name", "scope", "keys"}}


def check_xes(file: Path) -> None:
    """AssertionError with what breaks a rule."""
    log = ET.parse(file).getroot()  # noqa: S314 - our own file
    assert log.tag == "log", "the schema has no target namespace"
    assert set(log.attrib) <= {"xes.version", "xes.features"}
    assert re.fullmatch(r"\d+(\.\d+)?", log.attrib["xes.version"])
    _in_order(log, ["extension", "global", "classifier", *VALUES, "trace", "event"])
    prefixes = {one.attrib["prefix"] for one in log.iter("extension")}
    for name, attributes in _OWN.items():
        for one in log.findall(name):
            assert set(one.attrib) == attributes, f"{name} {one.attrib}"
            assert all(NC_NAME.fullmatch(one.attrib[key]) for key in attributes - {"uri", "keys"})
    always = {one.attrib["scope"]: _attributes(one, prefixes) for one in log.findall("global")}
    for one in log.findall("classifier"):
        assert set(one.attrib["keys"].split()) <= set(always[one.attrib["scope"]]), (
            "classified by what need not be there"
        )
    _attributes(log, prefixes, "extension", "global", "classifier", "trace", "event")
    for trace in log.findall("trace"):
        assert not trace.attrib
        _in_order(trace, [*VALUES, "event"])
        _has(always["trace"], _attributes(trace, prefixes, "event"))
        for event in trace.findall("event"):
            assert not event.attrib
            _has(always["event"], _attributes(event, prefixes))


def _in_order(element: ET.Element, order: list[str]) -> None:
    """Attributes may be mixed; everything else comes in this order."""
    ranks = [order.index("string") if one.tag in VALUES else order.index(one.tag) for one in element]
    assert ranks == sorted(ranks), f"the parts of {element.tag} are not in order"


def _attributes(element: ET.Element, prefixes: set[str], *beside: str) -> dict[str, str]:
    """Keys to the elements that they are attributes of."""
    own = [one for one in element if one.tag not in beside]
    for one in own:
        assert set(one.attrib) == {"key", "value"}, f"{one.tag} {one.attrib}"
        key, value = one.attrib["key"], one.attrib["value"]
        assert NAME.fullmatch(key), key
        assert key.partition(":")[0] in prefixes, f"{key} is of no extension that is declared"
        assert VALUES[one.tag].fullmatch(value), f"{key}: {value!r} is no {one.tag}"
        assert not len(one), "nested attributes, and xes.features does not say so"
    keys = Counter(one.attrib["key"] for one in own)
    assert max(keys.values(), default=1) == 1, f"a key twice: {keys.most_common(1)}"
    return {one.attrib["key"]: one.tag for one in own}


def _has(always: dict[str, str], attributes: dict[str, str]) -> None:
    assert always.items() <= attributes.items(), f"not there: {always.items() - attributes.items()}"


TYPES = {"string", "time", "integer", "float", "boolean"}


def check_ocel_json(file: Path) -> None:
    """AssertionError with what breaks a rule."""
    log = json.loads(file.read_text("utf-8"))
    assert {"eventTypes", "objectTypes", "events", "objects"} <= set(log)
    kinds = {part: _declared(log[part]) for part in ("eventTypes", "objectTypes")}
    ids = {part: Counter(_text(one, "id") for one in log[part]) for part in ("events", "objects")}
    assert all(max(counted.values(), default=1) == 1 for counted in ids.values()), "an id twice"
    for event in log["events"]:
        assert STAMP.fullmatch(event["time"])
        _check_values(event, kinds["eventTypes"][_text(event, "type")], timed=False)
        _check_relations(event, ids["objects"])
        assert event["relationships"], "an event that has to do with nothing"
    for one in log["objects"]:
        _check_values(one, kinds["objectTypes"][_text(one, "type")], timed=True)
        _check_relations(one, ids["objects"])


def _declared(types: Any) -> dict[str, dict[str, str]]:
    found = {_text(one, "name"): {_text(a, "name"): _text(a, "type") for a in one["attributes"]} for one in types}
    assert len(found) == len(types), "a type twice"
    assert all(set(attributes.values()) <= TYPES for attributes in found.values())
    return found


def _check_values(one: Any, declared: dict[str, str], *, timed: bool) -> None:
    for attribute in one["attributes"]:
        kind, value = declared[_text(attribute, "name")], _text(attribute, "value")
        assert (not value and timed) or _reads_as(kind, value), f"{attribute} is no {kind}"
        assert not timed or STAMP.fullmatch(attribute["time"])


def _reads_as(kind: str, value: str) -> bool:
    match kind:
        case "time":
            return STAMP.fullmatch(value) is not None and datetime.fromisoformat(value) is not None
        case "integer":
            return value.lstrip("-").isdigit()
        case "boolean":
            return value in ("true", "false")
        case _:
            return kind == "string"


def _check_relations(one: Any, objects: Counter[str]) -> None:
    pairs = [(_text(relation, "objectId"), _text(relation, "qualifier")) for relation in one["relationships"]]
    assert all(named in objects for named, _ in pairs), "something that is not there"
    assert len(set(pairs)) == len(pairs), "a relationship twice"


def _text(one: Any, key: str) -> str:
    value = one[key]
    assert isinstance(value, str), f"{key} is no text: {value!r}"
    return value
