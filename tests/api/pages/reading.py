"""Reading pages in tests: forms with their fields, links, words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send untouched."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Of all its inputs, those without a value among them."""


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self._select: str | None = None
        self._textarea: str | None = None
        self._silent = 0
        self.feed(text)

    def form(self, action: str) -> Form:
        """The form that goes to this address."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, fields, links and ids."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        match tag:
            case "form":
                self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
            case "a":
                self.links.append(given.get("href", ""))
            case "input" if self.forms and "name" in given:
                self._input(given, "checked" in given)
            case "select":
                self._select = given.get("name")
                if self.forms and self._select:
                    self.forms[-1].names.add(self._select)
            case "option" if self._select and self.forms and "selected" in given:
                self.forms[-1].fields.setdefault(self._select, []).append(given.get("value", ""))
            case "textarea" if self.forms:
                self._textarea = given.get("name", "")
                self.forms[-1].names.add(self._textarea)
                self.forms[-1].fields[self._textarea] = [""]
            case "script" | "style":
                self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave what was entered."""
        match tag:
            case "select":
                self._select = None
            case "textarea":
                self._textarea = None
            case "script" | "style":
                self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Words, and what stands in a text area."""
        if self._textarea is not None:
            self.forms[-1].fields[self._textarea][0] += data
        elif not self._silent:
            self.words += data

    def _input(self, given: dict[str, str], checked: bool) -> None:
        form = self.forms[-1]
        form.names.add(given["name"])
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and not checked:
            return
        if kind != "file":
            form.fields.setdefault(given["name"], []).append(given.get("value", ""))
