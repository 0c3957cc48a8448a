"""Files that may come with a directive: their kinds, how to tell one from its first bytes, and the limits."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.model import Value
from domain.text import Line

MOST_ATTACHED = 200
"""Files on one directive."""

HEAD_BYTES = 4096
"""So many of a file's first bytes tell what it is."""

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_sha256(text: str) -> bool:
    """Whether `text` is written as SHA-256 sums are here: 64 small hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def _must_be_sha256(text: str) -> str:
    if not is_sha256(text):
        raise PydanticCustomError("sha256", "a SHA-256 sum has 64 small hexadecimal digits")
    return text


def _must_be_file_name(text: str) -> str:
    if "/" in text or "\\" in text or not text.strip(".") or len(text.encode()) > 255:
        raise PydanticCustomError("file_name", "a file name has no path and at most 255 bytes of UTF-8")
    return text


Sha256 = Annotated[str, AfterValidator(_must_be_sha256), Field(json_schema_extra={"pattern": f"^{_SHA256.pattern}$"})]
"""The SHA-256 of a file's content, by which it is named."""

FileName = Annotated[Line, AfterValidator(_must_be_file_name)]
"""The name of a file, without a path. At most 255 bytes of UTF-8, which is what file systems take."""


class UploadedFile(Value):
    """A file as the object store took it in. `size` is in bytes; `media_type` agreed with the content."""

    sha256: Sha256
    size: int
    media_type: str


class Kind(Value):
    """A kind of file: the endings that its names may have, and what its content begins with."""

    extensions: tuple[str, ...]
    begins: tuple[bytes, ...] = ()
    """One of these is at the very start; none named: it is text."""
    holds: tuple[bytes, ...] = ()
    """And one of these follows within the first HEAD_BYTES."""


_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: the older office formats
_TEXT_MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, in which Excel saves "Unicode text"


def _package(extension: str, *folders: bytes) -> Kind:
    # ECMA-376 part 2: a ZIP of parts. Programs put different parts first, each of them under one of these names. One with a
    # password is a compound file instead ([MS-OFFCRYPTO] 1.3.3).
    parts = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", *folders)
    return Kind(extensions=(extension,), begins=(_ZIP, _COMPOUND), holds=(*parts, _COMPOUND))


def _open_document(extension: str, media_type: str) -> Kind:
    # OpenDocument 1.3 part 2, section 3.3: the first entry, not compressed, is named "mimetype" and holds the type.
    return Kind(extensions=(extension,), begins=(_ZIP,), holds=(b"mimetype" + media_type.encode(),))


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS: dict[str, Kind] = {
    "application/pdf": Kind(extensions=("pdf",), begins=(b"%PDF-",)),
    f"{_OOXML}.wordprocessingml.document": _package("docx", b"word/"),
    f"{_OOXML}.spreadsheetml.sheet": _package("xlsx", b"xl/"),
    f"{_OOXML}.presentationml.presentation": _package("pptx", b"ppt/"),
    f"{_ODF}.text": _open_document("odt", f"{_ODF}.text"),
    f"{_ODF}.spreadsheet": _open_document("ods", f"{_ODF}.spreadsheet"),
    f"{_ODF}.presentation": _open_document("odp", f"{_ODF}.presentation"),
    "application/msword": Kind(extensions=("doc",), begins=(_COMPOUND,)),
    "application/vnd.ms-excel": Kind(extensions=("xls",), begins=(_COMPOUND,)),
    "application/vnd.ms-powerpoint": Kind(extensions=("ppt",), begins=(_COMPOUND,)),
    "image/png": Kind(extensions=("png",), begins=(b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": Kind(extensions=("jpg", "jpeg"), begins=(b"\xff\xd8\xff",)),
    "application/zip": Kind(extensions=("zip",), begins=(_ZIP,)),
    "text/plain": Kind(extensions=("txt",)),
    "text/csv": Kind(extensions=("csv",)),
}
"""Media types that are taken, and nothing else: no web pages, no scripts, no programs."""

_SIGNATURES = tuple({begin for kind in KINDS.values() for begin in kind.begins})


def extension_of(name: str) -> str:
    """What follows the last dot of a file name, in small letters; empty without one."""
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot else ""


def media_type_of(name: str) -> str | None:
    """The media type that a file of this name is taken for; None for one that is not taken."""
    ending = extension_of(name)
    return next((media_type for media_type, kind in KINDS.items() if ending in kind.extensions), None)


def agrees(media_type: str, head: bytes) -> bool:
    """Whether a file that begins with `head` (its first HEAD_BYTES, or all of it) may be of this media type.

    Tells apart what first bytes tell apart. It finds no harmful content and does not replace a virus scanner.
    """
    kind = KINDS[media_type]
    if not kind.begins:
        return not head.startswith(_SIGNATURES) and (b"\0" not in head or head.startswith(_TEXT_MARKS))
    return head.startswith(kind.begins) and (not kind.holds or any(part in head for part in kind.holds))
