"""A net as PNML (ISO/IEC 15909-2, grammar of 2009, place/transition nets).

Silent transitions are marked in the way that ProM's stochastic nets began and that pm4py reads. The final marking needs no
mark of its own, for which the standard has no place: `end` is the only place that nothing leaves.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from audit.conformance.net import Net, Transition
from domain.wording import EVENT_NAMES, named

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
PT_NET = "http://www.pnml.org/version-2009/grammar/ptnet"


def pnml(net: Net) -> bytes:
    """The document, in UTF-8."""
    root = ET.Element("pnml", xmlns=NAMESPACE)
    body = ET.SubElement(root, "net", id="directive", type=PT_NET)
    _text(
        body, "name", f"Quy trình chuẩn theo chính sách {net.policy} · the normative process under policy {net.policy}"
    )
    page = ET.SubElement(body, "page", id="page")
    for place in net.places:
        element = ET.SubElement(page, "place", id=_place(place))
        _text(element, "name", place)
        if place in net.initial:
            _text(element, "initialMarking", str(net.initial[place]))
    for transition in net.transitions:
        page.append(_transition(transition))
    for transition in net.transitions:
        page.extend(_arcs(transition))
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _transition(transition: Transition) -> ET.Element:
    element = ET.Element("transition", id=_id(transition))
    # The name is the event type, as logs name it; the words that people read stand beside it.
    _text(element, "name", transition.event or transition.id)
    if transition.event is None:
        tool = ET.SubElement(element, "toolspecific", tool="StochasticPetriNet", version="0.2")
        for key, value in (
            ("invisible", "true"),
            ("distributionType", "IMMEDIATE"),
            ("weight", "1"),
            ("priority", "1"),
        ):
            ET.SubElement(tool, "property", key=key).text = value
    else:
        tool = ET.SubElement(element, "toolspecific", tool="dondoc", version="1")
        for language in ("vi", "en"):
            ET.SubElement(tool, "label", language=language).text = named(EVENT_NAMES, transition.event, language)
    return element


def _arcs(transition: Transition) -> Iterator[ET.Element]:
    own = _id(transition)
    pairs = [(_place(place), own) for place in transition.takes] + [(own, _place(place)) for place in transition.gives]
    for source, target in pairs:
        yield ET.Element("arc", id=f"a-{source}-{target}", source=source, target=target)


def _text(parent: ET.Element, label: str, text: str) -> None:
    ET.SubElement(ET.SubElement(parent, label), "text").text = text


def _place(name: str) -> str:
    return f"p-{name}"


def _id(transition: Transition) -> str:
    return f"t-{transition.id}"
