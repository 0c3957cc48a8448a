"""Exports are valid by the published rules, hold every event and all that it says, and pm4py reads them so."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from audit.exporting.export import Format
from audit.exporting.fields import COMMON, data_fields, event_classes
from storage.envelope import envelope_of
from tests.audit.exporting.conftest import Exports
from tests.audit.exporting.histories import AWKWARD
from tests.audit.exporting.published_rules import check_ocel_json, check_xes
from tests.domain.clock import instant

EVENTS = "select type, canonical from events order by global_position"


async def recorded(exports: Exports) -> list[dict[str, Any]]:
    """The envelopes of all events."""
    return [envelope_of(row["canonical"]) for row in await exports.pool.fetch(EVENTS)]


def test_xes_keeps_the_rules_of_its_schema(exports: Exports) -> None:
    check_xes(exports.files[Format.XES])


def test_ocel_json_keeps_the_rules_of_its_schema(exports: Exports) -> None:
    check_ocel_json(exports.files[Format.OCEL_JSON])


def test_ocel_sqlite_keeps_the_constraints_of_its_schema(exports: Exports, mined: dict[Format, Any]) -> None:
    assert mined[Format.OCEL_SQLITE]["broken_constraints"] == []
    with closing(sqlite3.connect(exports.files[Format.OCEL_SQLITE])) as database:
        assert database.execute("pragma foreign_key_check").fetchall() == []
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


async def test_pm4py_reads_as_many_events_of_each_type_as_the_record_holds(
    exports: Exports, mined: dict[Format, Any]
) -> None:
    expected = Counter(event["type"] for event in await recorded(exports))
    assert set(expected) == set(event_classes()), "every type of event occurs"
    in_traces = Counter(activity for trace in mined[Format.XES]["traces"].values() for activity in trace)
    assert in_traces == expected
    assert mined[Format.OCEL_JSON]["events"] == expected
    assert mined[Format.OCEL_SQLITE]["events"] == expected
    assert {made.events for made in exports.made.values()} == {expected.total()}


def test_pm4py_reads_a_trace_for_each_directive_in_its_order(exports: Exports, mined: dict[Format, Any]) -> None:
    traces = mined[Format.XES]["traces"]
    assert exports.made[Format.XES].traces == len(traces) == 5
    assert list(traces) == ["2020/0001", "2020/0002", "2020/0011", "2020/0012", "2020/0021"]
    assert traces["2020/0021"] == ["DirectiveIssued", "Commented"]
    assert traces["2020/0011"][4:7] == ["ExtensionGranted", "SubdirectiveIssued", "DirectiveReassigned"]
    assert mined[Format.XES]["classifiers"] == {"Activity": ["concept:name"], "Resource": ["org:resource"]}
    assert "Dondoc" in mined[Format.XES]["extensions"]
    assert str(instant(6)) in mined[Format.XES]["times"]


def test_pm4py_reads_the_same_objects_from_both_forms_of_ocel(exports: Exports, mined: dict[Format, Any]) -> None:
    one, other = mined[Format.OCEL_JSON], mined[Format.OCEL_SQLITE]
    for part in ("objects", "links", "changes"):
        assert one[part] == other[part], part
    assert set(other["objects"]) == {"directive", "unit", "person", "source_document", "extension"}


def test_awkward_text_survives_in_every_format(mined: dict[Format, Any]) -> None:
    assert AWKWARD in mined[Format.XES]["texts"].values()
    for form in (Format.OCEL_JSON, Format.OCEL_SQLITE):
        assert AWKWARD in mined[form]["texts"]
        assert AWKWARD.replace("\n", " ").replace("\t", " ") in mined[form]["titles"]


async def test_nothing_that_an_event_says_is_lost(exports: Exports) -> None:
    expected = {event["event_id"]: (event["type"], dict(_flat(event["data"]))) for event in await recorded(exports)}
    in_xes = {
        event.find("id[@key='identity:id']").attrib["value"]: (  # type: ignore[union-attr]  # a rule of its own
            event.find("string[@key='concept:name']").attrib["value"],  # type: ignore[union-attr]  # as above
            {one.attrib["key"].removeprefix("dondoc:"): one.attrib["value"] for one in event},
        )
        for event in ET.parse(exports.files[Format.XES]).getroot().iter("event")  # noqa: S314 - our own file
    }
    log = json.loads(exports.files[Format.OCEL_JSON].read_text("utf-8"))
    told = [(event["type"], {one["name"]: one["value"] for one in event["attributes"]}) for event in log["events"]]
    in_ocel = {attributes["event_id"]: (kind, attributes) for kind, attributes in told}
    for found in (in_xes, in_ocel):
        assert found.keys() == expected.keys()
        for key, (kind, data) in expected.items():
            assert found[key][0] == kind
            assert data.items() <= {name: _as_json(value) for name, value in found[key][1].items()}.items()


def _flat(value: dict[str, Any], way: str = "") -> Iterator[tuple[str, str]]:
    """What the data of an event says by its stored JSON alone; objects are taken apart but for those of several shapes."""
    for key, inner in value.items():
        name = f"{way}{key}"
        match inner:
            case None | []:
                continue
            case dict() if key != "basis":
                yield from _flat(inner, f"{name}_")
            case [str(), *_]:
                yield name, " ".join(inner)
            case dict() | list():
                yield name, json.dumps(inner, sort_keys=True)
            case bool():
                yield name, str(inner).lower()
            case _:
                yield name, str(inner)


def _as_json(text: str) -> str:
    """Another spelling of the same JSON is the same."""
    return json.dumps(json.loads(text), sort_keys=True) if text.startswith(("{", "[{")) else text


@pytest.mark.parametrize("kind", event_classes())
def test_no_field_of_an_event_has_the_name_of_another(kind: str) -> None:
    names = [field.name for field in (*COMMON, *data_fields(event_classes()[kind]))]
    assert len(set(names)) == len(names)


def rows(exports: Exports, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(exports.files[Format.OCEL_SQLITE])) as database:
        return database.execute(query).fetchall()


GRANTED = """select r.ocel_qualifier, o.ocel_type, case when o.ocel_type in ('unit', 'person') then o.ocel_id end
    from event_ExtensionGranted e join event_object r on r.ocel_event_id = e.ocel_id
    join object o on o.ocel_id = r.ocel_object_id where e.note is null and e.requested_by = 'tp-nv' and e.actor = 'chu-tich'"""


def test_events_name_their_objects_by_the_part_these_have(exports: Exports) -> None:
    assert set(rows(exports, GRANTED)) == {
        ("directive", "directive", None),
        ("lead", "unit", "unit:NV"),
        ("actor", "person", "person:chu-tich"),
        ("actor_unit", "unit", "unit:UBQ"),
        ("decider", "person", "person:chu-tich"),
        ("requester", "person", "person:tp-nv"),
        ("extension", "extension", None),
    }


LINKS = """select l.ocel_qualifier, t.ocel_type, coalesce(d.code, t.ocel_id) from object_object l
    join object t on t.ocel_id = l.ocel_target_id left join object_directive d on d.ocel_id = t.ocel_id and d.code is not null
    join object_directive s on s.ocel_id = l.ocel_source_id where s.code = '{code}' and t.ocel_type <> 'source_document'"""


def test_directives_are_linked_with_their_parents_and_units(exports: Exports) -> None:
    assert ("parent", "directive", "2020/0011") in rows(exports, LINKS.format(code="2020/0012"))
    linked = rows(exports, LINKS.format(code="2020/0011"))
    assert {("lead", "unit", "unit:NV"), ("lead", "unit", "unit:TNMT")} <= set(linked)
    sources = rows(exports, "select ocel_target_id from object_object where ocel_qualifier = 'source'")
    assert len(sources) - len(set(sources)) == 1, "parent and child come from the same document"


def test_what_changes_of_a_directive_has_its_times(exports: Exports) -> None:
    query = """with own as (select ocel_id from object_directive where code = '2020/0011')
        select ocel_time, ocel_changed_field, lead from object_directive
        where ocel_id in own and (ocel_changed_field is null or ocel_changed_field = 'lead') order by rowid"""
    assert rows(exports, query) == [
        ("1970-01-01T00:00:00.000000Z", None, "NV"),
        (instant(6).isoformat(timespec="microseconds").replace("+00:00", "Z"), "lead", "TNMT"),
    ]


FAULTS_XES = {
    "a trace before the classifiers": ("<classifier", "<trace></trace><classifier"),
    "a value that is no instant": ('<date key="time:timestamp" value="2026', '<date key="time:timestamp" value="x2026'),
    "a key of nobody": ('key="dondoc:lead"', 'key="ours:lead"'),
    "an event without an id": ('<id key="identity:id"', '<id key="dondoc:other"'),
    "a key twice": ('<string key="dondoc:phase"', '<string key="dondoc:lead"'),
    "no version": (' xes.version="1849.2023"', ""),
    "a name space": ("<log ", '<log xmlns="http://www.xes-standard.org/" '),
}


@pytest.mark.parametrize("fault", FAULTS_XES)
def test_the_rules_of_xes_bite(exports: Exports, fault: str, tmp_path: Path) -> None:
    old, new = FAULTS_XES[fault]
    text = exports.files[Format.XES].read_text("utf-8")
    assert old in text
    head, trace, rest = text.partition("<trace>")
    (tmp_path / "bad.xes").write_text(head.replace(old, new, 1) + trace + rest.replace(old, new, 1), "utf-8")
    with pytest.raises((AssertionError, KeyError)):
        check_xes(tmp_path / "bad.xes")


def _number_for_text(log: Any) -> None:
    log["events"][0]["attributes"][2]["value"] = 1


def _lost_object(log: Any) -> None:
    log["objects"].pop(0)


def _undeclared(log: Any) -> None:
    log["eventTypes"].pop(0)


def _untimed(log: Any) -> None:
    log["objects"][0]["attributes"][0].pop("time")


def _twice(log: Any) -> None:
    log["events"].append(log["events"][0])


@pytest.mark.parametrize("plant", [_number_for_text, _lost_object, _undeclared, _untimed, _twice])
def test_the_rules_of_ocel_bite(exports: Exports, plant: Any, tmp_path: Path) -> None:
    log = json.loads(exports.files[Format.OCEL_JSON].read_text("utf-8"))
    plant(log)
    (tmp_path / "bad.json").write_text(json.dumps(log), "utf-8")
    with pytest.raises((AssertionError, KeyError)):
        check_ocel_json(tmp_path / "bad.json")
