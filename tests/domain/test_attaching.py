"""Files on a directive: only what was uploaded, under a name that fits it, once, and not without end."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from domain.commands import Attach
from domain.events import FileAttached
from domain.files import MOST_ATTACHED, UploadedFile
from domain.ledgers import Attachment
from domain.refusals import Code
from tests.domain.clock import instant
from tests.domain.happenings import issued
from tests.domain.spec import FACTS, UPLOADED, Happened, given

SHA = UPLOADED.sha256
OTHER = UploadedFile(sha256="ab" * 32, size=9, media_type="text/plain")
TWO_UPLOADS = replace(FACTS, uploads={one.sha256: one for one in (UPLOADED, OTHER)})


def attach(name: str = "Báo cáo.pdf", sha256: str = SHA) -> Attach:
    return Attach(sha256=sha256, file_name=name)


def attached(name: str = "Báo cáo.pdf", sha256: str = SHA) -> FileAttached:
    return FileAttached(sha256=sha256, name=name, size=UPLOADED.size, media_type=UPLOADED.media_type)


def test_size_and_type_are_those_of_the_upload() -> None:
    story = given(issued()).when(attach().model_copy(update={"note": "Bản ký"}), at=5)
    after = story.then(
        FileAttached(sha256=SHA, name="Báo cáo.pdf", size=12_345, media_type="application/pdf", note="Bản ký")
    )
    assert after.now.attachments == (
        Attachment(
            sha256=SHA,
            name="Báo cáo.pdf",
            size=12_345,
            media_type="application/pdf",
            attached_at=instant(5),
            attached_by="tp-nv",
        ),
    )


def test_a_command_cannot_claim_a_size_or_a_type() -> None:
    for claim in ({"size": 1}, {"media_type": "application/pdf"}):
        with pytest.raises(ValidationError, match="extra_forbidden"):
            Attach.model_validate({"sha256": SHA, "file_name": "a.pdf", **claim})


def test_what_the_sender_has_not_uploaded_is_unknown() -> None:
    given(issued(), facts=replace(FACTS, uploads={})).when(attach()).then_refused(Code.UNKNOWN_FILE, sha256=SHA)
    given(issued()).when(attach(sha256="ee" * 32)).then_refused(Code.UNKNOWN_FILE)


def test_the_same_content_under_the_same_name_is_attached_once() -> None:
    story = given(issued(), facts=TWO_UPLOADS).when(attach()).accepted()
    story.when(attach(), by="cv-nv").then_refused(Code.FILE_ALREADY_ATTACHED, file_name="Báo cáo.pdf")
    story.when(attach("Phụ lục.pdf")).then(attached("Phụ lục.pdf"))
    assert len(story.when(attach("Báo cáo.txt", OTHER.sha256)).accepted().now.attachments) == 2


@pytest.mark.parametrize("name", ["Báo cáo.PDF", "a.b.pdf", ".pdf", "..pdf", "x" * 251 + ".pdf"])
def test_names_that_fit_the_type(name: str) -> None:
    given(issued()).when(attach(name)).then(attached(name))


@pytest.mark.parametrize("name", ["Báo cáo", "a.pdf.exe", "a.html", "a.pdf.", "pdf", "a.docx"])
def test_names_that_would_open_as_something_else(name: str) -> None:
    refusal = given(issued()).when(attach(name)).then_refused(Code.FILE_NAME_REFUSED, extensions=("pdf",))
    assert name in refusal.message("vi")


@pytest.mark.parametrize(
    "name", ["../a.pdf", "a/b.pdf", "..\\a.pdf", "C:\\a.pdf", "/a.pdf", ".", "..", "a\nb.pdf", "", "x" * 252 + ".pdf"]
)
def test_paths_are_no_names(name: str) -> None:
    with pytest.raises(ValidationError):
        attach(name)


@pytest.mark.parametrize("sha256", ["", SHA[1:], SHA + "0", SHA.upper(), "../" + SHA[3:], SHA + "\n"])
def test_a_sum_is_64_small_hexadecimal_digits(sha256: str) -> None:
    with pytest.raises(ValidationError):
        attach(sha256=sha256)


def test_a_directive_takes_so_many_files_and_no_more() -> None:
    past = [Happened(attached(f"{n}.pdf"), by="tp-nv") for n in range(MOST_ATTACHED - 1)]
    full = given(issued(), *past).when(attach("last.pdf")).accepted()
    full.when(attach("more.pdf")).then_refused(Code.TOO_MANY_FILES, limit=str(MOST_ATTACHED))
    full.when(attach("last.pdf")).then_refused(Code.FILE_ALREADY_ATTACHED)
