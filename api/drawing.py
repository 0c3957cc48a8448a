"""From a pygal chart to a small SVG that stands alone: what pygal adds for pages with its scripts is taken out again."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree as Tree

import pygal
from pygal.style import Style

from domain.wording import Language

# pygal looks for maps of its own at every import of anything, in a way that Python warns of since 3.10.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

Bar, HorizontalBar, HorizontalStackedBar = pygal.Bar, pygal.HorizontalBar, pygal.HorizontalStackedBar
"""Taken from here, so that nothing imports pygal without the line above."""

_SVG = "{http://www.w3.org/2000/svg}"
_FILL = re.compile(r"fill: ([^;]+)")
_FONT = 13
_CSS = (
    f"text{{font:{_FONT}px system-ui,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;fill:#1b1f24}}"
    ".y text{text-anchor:end}.x text,.value{text-anchor:middle}.value{font-weight:600}"
    ".after{text-anchor:start}.within{fill:#fff}"
)
_HATCHES = {
    "late": '<path d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4" stroke="#fff" stroke-width="1.6" stroke-opacity=".75"/>',
    "free": '<path d="M2,2h1.6v1.6h-1.6z M6,6h1.6v1.6h-1.6z" fill="#fff" fill-opacity=".85"/>',
}

Place = Literal["after", "above", "within"]
"""Where the figure of a bar stands."""


@dataclass(frozen=True)
class Ink:
    """A colour, and the pattern over it that tells it from others without colour: strokes for late, dots for no deadline."""

    colour: str
    hatch: Literal["late", "free"] | None = None

    @property
    def name(self) -> str:
        """What its pattern is called within an image."""
        return f"{self.hatch}-{self.colour[1:]}"

    @property
    def fill(self) -> str:
        """As the SVG attribute has it."""
        return f"url(#{self.name})" if self.hatch else self.colour


def config_of(width: int, height: int, language: Language) -> dict[str, Any]:
    """Settings of every chart, sizes in pixels."""
    style = Style(label_font_size=_FONT, major_label_font_size=_FONT, legend_font_size=_FONT, value_font_size=_FONT)
    separator = "." if language == "vi" else ","
    return {
        "width": width,
        "height": height,
        "style": style,
        "js": [],
        "no_prefix": True,
        "disable_xml_declaration": True,
        "show_legend": False,
        "print_values": True,
        "no_data_text": "Chưa có số liệu" if language == "vi" else "No figures yet",
        "truncate_label": -1,
        "truncate_legend": -1,
        "margin": 8,
        "spacing": 8,
        "legend_box_size": 12,
        "value_formatter": lambda value: f"{value:,.0f}".replace(",", separator),
    }


def drawn(chart: Any, title: str, told: str, *, inks: Sequence[Ink], values: Place) -> str:
    """The chart as SVG text, with its title and what it tells in words; no script, no reference to anything outside."""
    whole = Tree.fromstring(chart.render(is_unicode=True))  # noqa: S314 - made just now by ourselves
    width, height = whole.get("viewBox", "").split()[2:]
    size = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    image = Tree.Element("svg", {"xmlns": _SVG[1:-1], **size, "role": "img", "aria-labelledby": "t d"})
    Tree.SubElement(image, "title", id="t").text = title
    Tree.SubElement(image, "desc", id="d").text = told
    Tree.SubElement(image, "style").text = _CSS
    defs = Tree.SubElement(image, "defs")
    for name, ink in {ink.name: ink for ink in inks if ink.hatch}.items():
        defs.append(_pattern(name, ink))
    for group in whole.iterfind(f"{_SVG}g"):
        kept = _Copy(inks, values).of(group)
        if kept is not None:
            image.append(kept)
    return Tree.tostring(image, encoding="unicode")


def _pattern(name: str, ink: Ink) -> Tree.Element:
    pattern = Tree.Element("pattern", id=name, patternUnits="userSpaceOnUse", width="8", height="8")
    Tree.SubElement(pattern, "rect", width="8", height="8", fill=ink.colour)
    pattern.append(Tree.fromstring(_HATCHES[ink.hatch or "late"]))  # noqa: S314 - a constant of ours
    return pattern


class _Copy:
    """Copies what can be seen of a group, and says it shortly."""

    def __init__(self, inks: Sequence[Ink], values: Place) -> None:
        self._inks = inks
        self._values = values
        self._widths: dict[str, list[float]] = {}

    def of(self, node: Tree.Element, series: str = "", fill: str | None = None) -> Tree.Element | None:
        """The copy of a node, None where nothing of it is seen; `series` and `fill` are those of what it lies in."""
        tag, classes = node.tag.removeprefix(_SVG), node.get("class", "").split()
        if tag == "g":
            return self._group(node, classes, series, fill)
        if tag == "text":
            return self._text(node, classes, series)
        if tag == "rect" and "background" not in classes:
            return self._rect(node, series, fill)
        return None

    def _group(self, node: Tree.Element, classes: list[str], series: str, fill: str | None) -> Tree.Element | None:
        if "tooltip-overlay" in classes:
            return None
        if "legends" in classes:
            return self._legend(node)
        series = next((one for one in classes if one.startswith("serie-")), series)
        told = _FILL.search(node.get("style", ""))
        group = Tree.Element("g")
        if "axis" in classes:
            group.set("class", classes[-1] if classes[-1] in ("x", "y") else classes[1])
        if node.get("transform"):
            group.set("transform", node.get("transform", "").replace(", ", ","))
        for child in node:
            kept = self.of(child, series, told[1] if told else fill)
            if kept is not None:
                group.append(kept)
        if not len(group):
            return None
        return group[0] if len(group) == 1 and not group.attrib else group

    def _legend(self, node: Tree.Element) -> Tree.Element:
        """Box and name of each series: in one line from the left edge on, or one below the other where pygal has them so."""
        lines = len({rect.get("y") for rect in node.iter(f"{_SVG}rect")})
        group = Tree.Element(
            "g", transform=f"translate(12,{node.get('transform', '').rstrip(')').rpartition(',')[2].strip()})"
        )
        x = 0.0
        for ink, item in zip(self._inks, node, strict=False):
            box, text = item.find(f"{_SVG}rect"), item.find(f"{_SVG}text")
            if box is None or text is None:
                continue
            y = float(box.get("y", "0"))
            place = {"x": _short(x), "y": _short(y), "width": "12", "height": "12", "fill": ink.fill}
            Tree.SubElement(group, "rect", place)
            Tree.SubElement(group, "text", x=_short(x + 18), y=_short(y + 11)).text = text.text
            x += 0 if lines > 1 else 42 + _FONT * 0.56 * len(text.text or "")
        return group

    def _text(self, node: Tree.Element, classes: list[str], series: str) -> Tree.Element | None:
        text, x, y = node.text or "", float(node.get("x", "0")), float(node.get("y", "0"))
        copy = Tree.Element("text", x=_short(x), y=_short(y))
        if "value" in classes:
            width = self._widths[series].pop(0)
            hatched = self._inks[int(series.removeprefix("serie-"))].hatch is not None
            if self._values == "within" and (hatched or width < _FONT * 0.62 * (len(text) + 1)):
                return None  # it would not fit, or not be read
            copy.set("class", f"value {self._values}")
            if self._values == "above":
                copy.set("y", _short(y - 3))
        elif "no_data" in classes:
            copy.set("class", "value")
        first, _, second = text.partition("\n")
        copy.text = first
        if second:
            Tree.SubElement(copy, "tspan", x=_short(x), dy=str(_FONT + 3)).text = second
        return copy

    def _rect(self, node: Tree.Element, series: str, fill: str | None) -> Tree.Element | None:
        width = float(node.get("width", "0"))
        self._widths.setdefault(series, []).append(width)
        if not width or not fill:
            return None
        place = {name: _short(float(node.get(name, "0"))) for name in ("x", "y", "width", "height")}
        return Tree.Element("rect", {**place, "fill": fill})


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
