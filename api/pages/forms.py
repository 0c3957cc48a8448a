"""Forms of pages: what a browser sends, as the fields that commands take, with what was typed kept for showing it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from api.faults import Fault
from api.language import said
from api.problems import Problem
from domain.ids import foreign
from domain.text import compose
from domain.wording import Language

_UUID: TypeAdapter[UUID] = TypeAdapter(UUID)

MOST_BYTES = 256 * 1024
MOST_FIELDS = 2000
FILE = "file."
"""Before the name of an input whose file could not be kept."""


@dataclass(frozen=True)
class Filled:
    """What was typed, by the names of the inputs, and what is wrong with it, by the same names."""

    values: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    banner: str = ""
    """What is wrong with the whole."""

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into an input."""
        held = self.values.get(name)
        return held[0] if held else otherwise

    def chosen(self, name: str, value: str) -> bool:
        """Whether `value` is among what was chosen."""
        return value in self.values.get(name, ())

    def fault(self, name: str) -> str:
        """What is wrong with an input, or with a field that begins with its name; empty if nothing is."""
        if name in self.faults:
            return self.faults[name]
        return next((text for key, text in self.faults.items() if key.startswith(f"{name}.")), "")

    def unplaced(self, names: Iterable[str]) -> list[str]:
        """Faults of fields that none of these inputs shows."""
        shown = tuple(names)
        return [
            text for key, text in self.faults.items() if not any(key == n or key.startswith(f"{n}.") for n in shown)
        ]


NOTHING = Filled()


async def read_form(request: Request, *, most_bytes: int = MOST_BYTES) -> FormData:
    """The form in the body; 413 when it is too large or does not say how large it is, 415 or 422 when it is none."""
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > most_bytes:
        raise Problem(413, "body_too_large", limit=str(most_bytes))
    if int(declared) == 0:
        return FormData()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Problem(415, "malformed_form")
    try:
        return await request.form(max_files=20, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
    except (MultiPartException, HTTPException, KeyError, UnicodeDecodeError) as error:
        # Within an app Starlette tells of a bad form as 400, and stumbles over one without a boundary.
        raise Problem(422, "malformed_form") from error


async def kept_fields(request: Request) -> list[tuple[str, str]]:
    """The texts of a form, to be sent again after a sign-in; nothing of what is no form. Of files the name, as `file.…`."""
    try:
        form = await read_form(request)
    except Problem:
        return []
    try:
        return [
            (name, value) if isinstance(value, str) else (f"{FILE}{name}", value.filename or "")
            for name, value in form.multi_items()
            if isinstance(value, str) or value.filename
        ]
    finally:
        await form.close()


def texts(form: FormData) -> dict[str, list[str]]:
    """The texts of a form by the names of the inputs: composed (NFC), with plain line ends."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(compose(value.replace("\r\n", "\n").replace("\r", "\n")))
    return found


def files(form: FormData, name: str) -> list[UploadFile]:
    """The files chosen in an input; a browser sends an empty one where none was chosen."""
    return [one for one in form.getlist(name) if isinstance(one, UploadFile) and (one.filename or one.size)]


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """{"deadline.at": x} as {"deadline": {"at": x}}."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        at = found
        *above, last = name.split(".")
        for part in above:
            at = at.setdefault(part, {})
        at[last] = value
    return found


def whole_number(text: str) -> int | str:
    """The number in a text; the text itself where it is none, for the command's own check to refuse."""
    return int(text) if text.isascii() and text.strip().isdecimal() and len(text) < 10 else text


def command_id_of(given: str) -> UUID:
    """The id that a form carries, as the record takes ids from outside. Problem 422 `malformed_form` for a text that is none."""
    try:
        return foreign(_UUID.validate_python(given))
    except ValidationError:
        raise Problem(422, "malformed_form") from None


def version_in(values: dict[str, list[str]]) -> int | None:
    """The version that the form was made for; None where it says none that could be."""
    text = values.get("version", [""])[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def faults_beside(faults: Sequence[Fault], language: Language) -> dict[str, str]:
    """The reasons by the names of the inputs, as sentences."""
    return {fault.field: _sentence(said(fault.reason, language)) for fault in faults}


def new_command_id() -> str:
    """An id for the form that is about to be shown: sent twice, it is carried out once."""
    return str(uuid4())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")
