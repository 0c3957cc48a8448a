"""The definition of our XES extension (IEEE 1849-2023, clause 6): which attributes it has, on what, and of which type.

docs/dondoc.xesext is this text; written anew by `python -m audit.exporting.xesext > docs/dondoc.xesext`.
"""

import sys
from collections.abc import Iterable, Iterator

from audit.exporting.fields import COMMON, Field, data_fields, event_classes
from audit.exporting.xes import ELEMENTS, LOG_FIELDS, OWN_URI, PREFIX, SAID_BY_THE_STANDARD, TRACE_FIELDS


def definition() -> str:
    """The whole file."""
    own = [field for field in COMMON if field not in SAID_BY_THE_STANDARD]
    said = [field for one in event_classes().values() for field in data_fields(one)]
    parts = {"log": LOG_FIELDS, "trace": TRACE_FIELDS, "event": [*dict.fromkeys([*own, *said])], "meta": ()}
    return "".join(_lines(parts.items()))


def _lines(parts: Iterable[tuple[str, Iterable[Field]]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<xesextension name="Dondoc" prefix="{PREFIX}" uri="{OWN_URI}">\n'
    for part, fields in parts:
        yield f"<{part}>\n"
        for field in fields:
            element, words = ELEMENTS[field.kind], field.name.replace("_", " ")
            yield f'<{element} key="{field.name}"><alias mapping="EN" name="{words}"/></{element}>\n'
        yield f"</{part}>\n"
    yield "</xesextension>\n"


if __name__ == "__main__":
    sys.stdout.write(definition())
