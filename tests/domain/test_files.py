"""What a file is, told by its first bytes; and which names go with it."""

import io
import zipfile

import openpyxl
import pytest

from domain.files import HEAD_BYTES, KINDS, agrees, extension_of, media_type_of

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"


def package(*names: str, mimetype: str = "") -> bytes:
    """A ZIP with these entries, the type of an OpenDocument before them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name in names:
            archive.writestr(name, "x" * 100, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def workbook() -> bytes:
    written = io.BytesIO()
    openpyxl.Workbook().save(written)
    return written.getvalue()


DOCX = package("[Content_Types].xml", "_rels/.rels", "word/document.xml")
ODT = package("content.xml", mimetype=f"{ODF}.text")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

GOOD = [
    ("application/pdf", b"%PDF-1.7\n"),
    (f"{OOXML}.wordprocessingml.document", DOCX),
    (f"{OOXML}.wordprocessingml.document", package("word/document.xml")),
    (f"{OOXML}.wordprocessingml.document", COMPOUND),  # with a password
    (f"{OOXML}.spreadsheetml.sheet", workbook()),
    (f"{OOXML}.presentationml.presentation", package("_rels/.rels", "ppt/presentation.xml")),
    (f"{ODF}.text", ODT),
    (f"{ODF}.spreadsheet", package(mimetype=f"{ODF}.spreadsheet")),
    (f"{ODF}.presentation", package(mimetype=f"{ODF}.presentation")),
    ("application/msword", COMPOUND),
    ("application/vnd.ms-excel", COMPOUND),
    ("application/vnd.ms-powerpoint", COMPOUND),
    ("image/png", PNG),
    ("image/jpeg", b"\xff\xd8\xff\xe0" + bytes(20)),
    ("application/zip", package("a.txt")),
    ("application/zip", DOCX),
    ("text/plain", "Kính gửi".encode()),
    ("text/plain", "Kính gửi".encode("utf-16")),
    ("text/plain", b"x"),
    ("text/csv", "\ufeffSTT,Tên".encode()),
]
BAD = [
    ("application/pdf", b"PDF-1.7"),
    ("application/pdf", b"<html>"),
    ("application/pdf", b" %PDF-1.7"),
    (f"{OOXML}.wordprocessingml.document", package("a.exe")),
    (f"{OOXML}.wordprocessingml.document", b"%PDF-1.7"),
    (f"{OOXML}.wordprocessingml.document", ODT),
    (f"{ODF}.text", DOCX),
    (f"{ODF}.text", package(mimetype=f"{ODF}.spreadsheet")),
    ("application/msword", DOCX),
    ("image/png", b"GIF89a"),
    ("image/jpeg", PNG),
    ("application/zip", b"PK"),
    ("text/plain", b"MZ\x90\x00\x03"),
    ("text/plain", b"%PDF-1.7"),
    ("text/csv", DOCX),
]


@pytest.mark.parametrize(("media_type", "content"), GOOD)
def test_content_that_agrees(media_type: str, content: bytes) -> None:
    assert agrees(media_type, content[:HEAD_BYTES])


@pytest.mark.parametrize(("media_type", "content"), BAD)
def test_content_that_does_not(media_type: str, content: bytes) -> None:
    assert not agrees(media_type, content[:HEAD_BYTES])


def test_every_kind_was_shown() -> None:
    assert {media_type for media_type, _ in GOOD} == {*KINDS}


def test_an_ending_means_one_kind() -> None:
    endings = [ending for kind in KINDS.values() for ending in kind.extensions]
    assert len(endings) == len({*endings})
    assert all(media_type_of(f"Tệp.{ending.upper()}") is not None for ending in endings)


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", "pdf"), ("a.b.docx", "docx"), ("a", ""), (".txt", "txt"), ("a.", "")]
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert extension_of(name) == ending


def test_other_endings_are_no_kind_of_ours() -> None:
    assert [media_type_of(name) for name in ("a.exe", "a.html", "a", "a.svg")] == [None] * 4
