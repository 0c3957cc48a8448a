"""Named queries: each .sql file holds some, each with its name and one line that says what it gives."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def _all() -> dict[str, str]:
    found: dict[str, str] = {}
    for resource in files(__package__).iterdir():
        if resource.name.endswith(".sql"):
            _, *parts = _NAME.split(resource.read_text(encoding="utf-8"))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                if name in found:
                    raise ValueError(f"the query {name} is defined twice")
                found[name] = text.strip().rstrip(";")
    return found


def sql(name: str) -> str:
    """The text of the query `name`; KeyError if there is none."""
    return _all()[name]
