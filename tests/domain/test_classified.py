"""Classified marks are refused wherever they stand; ordinary words with the syllable "mật" are not marks."""

import sys
import unicodedata

import pytest

from domain.commands import Attach, Command, Comment, Deadline, Reject, ReportProgress, Source
from domain.gate import entry_refusal, is_classified
from domain.policy import SourceKind
from domain.refusals import Code
from tests.domain.happenings import acknowledged, issued, order
from tests.domain.spec import UPLOADED, given

MARKED = [
    "MẬT",
    "Mật",
    "mật",
    "TỐI MẬT",
    "Tối mật",
    "tối  mật",
    "TUYỆT MẬT",
    "Tài liệu tuyệt mật",
    "Văn bản có độ TỐI MẬT của đơn vị",
    "(Mật)",
    "[MẬT]",
    "( tối mật )",
    "Độ mật: Mật",
    "ĐỘ MẬT: MẬT",
    "Độ mật: Tối mật",
    "Độ mật Tuyệt mật",
    "Công văn số 12/UBND, độ mật : mật, gửi các phòng",
    "Mật - Kế hoạch diễn tập",
    "MẬT: phương án bảo vệ",
    "Kế hoạch diễn tập\nMật\nKính gửi các phường",
    "Hoả tốc, Mật",
    "Số: 05/Mật",
    "Công văn MẬT về phương án bảo vệ",
    "Hồ sơ đóng dấu Mật",
    'Hồ sơ đóng dấu "Tối mật"',
    "đóng dấu “MẬT” trên trang đầu",
    "Tối\nmật",
    "Tối\u00a0mật",
    "T\u200bối m\u200dật",
    "M\u00adẬ\u2060T",
    "\ufeffMật",
    "Độ mật:\u200b Mật",
    "TUYỆT MẬT\nĐộ khẩn: Hoả tốc",
    "Độ mật: Tối mật\nĐộ khẩn: Khẩn",
    "TỐI MẬT\nDANH SÁCH CÁN BỘ",
    "TUYỆT MẬT DANH SÁCH CÁN BỘ",
    "Hồ sơ tuyệt mật vụ án A",
    "Công văn 15/TM-MẬT\nVỤ TỔ CHỨC",
]

INNOCENT = [
    "",
    "bảo mật",
    "Bảo mật thông tin",
    "BẢO MẬT THÔNG TIN",
    "AN TOÀN, BẢO MẬT",
    "bí mật nhà nước",
    "BÍ MẬT NHÀ NƯỚC",
    "Luật Bảo vệ bí mật nhà nước",
    "bí mật công tác",
    "cơ mật",
    "cẩn mật",
    "mật độ",
    "Mật độ dân cư",
    "MẬT ĐỘ XÂY DỰNG",
    "mật khẩu",
    "Mật khẩu, tài khoản",
    "ĐỔI MẬT KHẨU",
    "mật mã",
    "MẬT MÃ DÂN SỰ",
    "mật ong",
    "mật thiết",
    "Phối hợp mật thiết",
    "thân mật",
    "mặt bằng",
    "MẶT TRẬN TỔ QUỐC",
    "tối đa",
    "tuyệt đối an toàn",
    "buổi tối, mật độ",
    "Độ mật của văn bản do người soạn đề xuất",
    "Nguyễn Văn Mật",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_seen(text: str) -> None:
    assert is_classified(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_an_ordinary_word_is_no_mark(text: str) -> None:
    assert not is_classified(text)


@pytest.mark.parametrize(
    "command",
    [
        order(title="Tối mật"),
        order(content="Phương án bảo vệ\nMật\n"),
        order(source=Source(kind=SourceKind.DISPATCH, number="05/Mật")),
        order(source=Source(kind=SourceKind.DISPATCH, excerpt="Độ mật: Mật")),
        order(expected_result="Báo cáo (Mật)"),
        order(deadline=Deadline(none_because="Tuyệt mật")),
        order(deadline=None, waivers=({"item": "time", "reason": "Tối mật"},)),
        order(title=None, content="Tối mật"),
    ],
)
def test_nothing_marked_enters_by_any_field_and_the_refusal_quotes_nothing(command: Command) -> None:
    refusal = given().when(command).then_refused(Code.CLASSIFIED_REFUSED)
    assert refusal.params == {}
    assert entry_refusal(command) == refusal


@pytest.mark.parametrize(
    "command",
    [Comment(text="Xem bản Tối mật"), Reject(reason="(Mật)"), ReportProgress(percent=1, difficulties="Độ mật: Mật")],
)
def test_later_words_are_checked_like_the_first(command: Command) -> None:
    assert entry_refusal(command) is not None


@pytest.mark.parametrize(
    ("file_name", "marked"),
    [
        ("Tối mật.pdf", True),
        ("Kế hoạch (Mật).pdf", True),
        ("mật.pdf", True),
        ("KH_MẬT_2026.pdf", True),
        ("Tuyệt_mật.pdf", True),
        ("Quy_chế_bảo_mật.pdf", False),
        ("BẢO_MẬT.pdf", False),
        ("Mật độ dân cư.pdf", False),
    ],
)
def test_a_file_name_is_read_with_its_underscores_as_spaces(file_name: str, marked: bool) -> None:
    attach = Attach(sha256=UPLOADED.sha256, file_name=file_name)
    assert (entry_refusal(attach) is not None) is marked


def test_a_note_on_a_file_is_checked_too() -> None:
    attach = Attach(sha256=UPLOADED.sha256, file_name="a.pdf", note="Độ mật: Mật")
    given(issued()).when(attach).then_refused(Code.CLASSIFIED_REFUSED)


def test_a_marked_comment_changes_nothing() -> None:
    story = given(issued(), acknowledged())
    story.when(Comment(text="Tài liệu tuyệt mật")).then_refused(Code.CLASSIFIED_REFUSED)
    story.when(Comment(text="Bảo mật tài khoản")).accepted()


def test_no_character_brings_the_vowel_of_the_marks_but_those_that_are_looked_for_first() -> None:
    """The quick look in `is_classified` passes a text only if no composition of its characters can show "ậ"."""
    for character in map(chr, range(sys.maxunicode + 1)):
        decomposed = unicodedata.normalize("NFKD", character)
        shows = {*unicodedata.normalize("NFKC", character)} & {"\u1eac", "\u1ead"}
        joins = unicodedata.combining(decomposed[0]) and {*decomposed} & {"\u0302", "\u0323"}
        assert not (shows or joins) or character in "\u1eac\u1ead\u0302\u0323", hex(ord(character))


@pytest.mark.parametrize(
    "text", ["Tối ma\u0302\u0323t", "Tối m\u1ea1\u0302t", "Tối m\u00e2\u0323t", "Tối m\u200bậ\u200bt"]
)
def test_a_mark_in_pieces_is_found(text: str) -> None:
    assert is_classified(text)
