"""The published definition of our XES extension says what exports hold."""

from pathlib import Path
from xml.etree import ElementTree as ET

from audit.exporting.export import Format
from audit.exporting.xes import OWN_URI
from audit.exporting.xesext import definition
from tests.audit.exporting.conftest import Exports


def test_the_published_definition_is_that_of_the_program(repo: Path) -> None:
    told = (repo / "docs" / "dondoc.xesext").read_text("utf-8")
    assert told == definition(), "write it anew: python -m audit.exporting.xesext > docs/dondoc.xesext"


def test_every_attribute_of_ours_is_defined_once_with_its_type(exports: Exports) -> None:
    told = ET.fromstring(definition().encode())  # noqa: S314 - our own text
    assert told.attrib == {"name": "Dondoc", "prefix": "dondoc", "uri": OWN_URI}
    assert [part.tag for part in told] == ["log", "trace", "event", "meta"]
    log = ET.parse(exports.files[Format.XES]).getroot()  # noqa: S314 - our own file
    for part in told:
        defined = [one.attrib["key"] for one in part]
        assert len(set(defined)) == len(defined), f"a key twice in {part.tag}"
        types = {one.attrib["key"]: one.tag for one in part}
        for element in (log,) if part.tag == "log" else log.iter(part.tag):
            for one in element:
                prefix, _, key = one.attrib.get("key", "").partition(":")
                assert prefix != "dondoc" or types[key] == one.tag
