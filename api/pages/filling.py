"""From the texts of a command's form to the command's fields: what an input takes decides how its text is read."""

from collections.abc import Sequence
from typing import Any

from api.pages.command_forms import Input
from api.pages.forms import nested, whole_number


def fields_of(inputs: Sequence[Input], values: dict[str, list[str]]) -> dict[str, Any]:
    """The fields that these inputs name, as JSON would bring them; an input that was left empty names none."""
    found: dict[str, Any] = {}
    for one in inputs:
        held = [text for text in values.get(one.name, []) if text.strip()]
        match one.kind:
            case "deadline":
                found |= _deadline(one.name, values)
            case "files":
                continue  # they have no place in the command; see api.pages.attaching
            case "units":
                if held:
                    found[one.name] = held
            case "check":
                if held:
                    found[one.name] = True
            case "percent":
                if held:
                    found[one.name] = whole_number(held[0])
            case _:
                if held:
                    found[one.name] = held[0].strip()
    return nested(found)


def _deadline(name: str, values: dict[str, list[str]]) -> dict[str, Any]:
    """The one of the three forms that was chosen; without a choice, what was filled in, for the command to check."""
    chosen = values.get(f"{name}_form", [""])[0]
    forms = (chosen,) if chosen else ("working_days", "at", "none_because")
    found: dict[str, Any] = {}
    for form in forms:
        text = values.get(f"{name}.{form}", [""])[0].strip()
        if text:
            found[f"{name}.{form}"] = whole_number(text) if form == "working_days" else text
    if chosen and not found:
        found[name] = {}  # chosen and left empty: a fault of the deadline, not a deadline that was not asked for
    return found
