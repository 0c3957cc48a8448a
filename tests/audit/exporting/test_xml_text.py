"""Text in XML comes back as it was, whatever is in it."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from audit.exporting.xml_text import quoted

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r\"'<>&")
)


@given(TEXT)
def test_it_comes_back(text: str) -> None:
    assert ET.fromstring(f"<x y={quoted(text)}/>").attrib["y"] == text  # noqa: S314 - our own text


def test_what_xml_cannot_hold_is_marked() -> None:
    assert quoted("a\x00b\ufffe\x1b") == '"a\ufffdb\ufffd\ufffd"'
