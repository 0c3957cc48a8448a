"""What must be right before a directive may enter: the four clear points, and no classified mark."""

import re
import unicodedata
from collections.abc import Iterator

from domain.commands import Attach, Command, IssueDirective
from domain.model import Value
from domain.refusals import Code, Refusal, refuse
from domain.terms import ClearPoint

# Characters that show nothing and may stand inside a word, beside those of Unicode's category Cf.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f]")
_SPACES = re.compile(r"[^\S\n]+")
_WORDS = r"(?![ ](?:độ|khẩu|mã|vụ|thiết|ong|thư|phiếu|danh)\b)"
_BEFORE = "bảo|bí|cơ|cẩn|thân|trăng|tuần|túi|gan|ong|lấy|đường|ngọt|rỉ"
# Over the end of a line only in small letters: "đảm bảo" may end the line above a mark that stands alone.
_ORDINARY = re.compile(rf"(?i:\b(?:{_BEFORE})[ ]mật\b)|\b(?:{_BEFORE})\nmật\b")

# Marks as documents carry them. "bảo mật", "bí mật nhà nước", "mật độ", "mật khẩu" are ordinary words and no marks.
_MARKS = re.compile(
    rf"""
      \b(?:tuyệt[\s_-]mật\b|tối[\s_-]mật\b(?![ ]độ\b))       # two of the three grades, wherever they stand
    | \bđộ\smật\s?(?:[:\-\u2013\u2014]|là)?\s?mật\b          # the label with its value
    | [(\[{{<*"\u201c\u00ab]\s?mật\s?[)\]}}>*"\u201d\u00bb]    # (Mật)
    | ^\s?mật\s?(?:[-:.,;\u2013\u2014]|$)                     # a line that begins or stands alone with the mark
    | \bđóng\sdấu:?\s["\u201c\u201d']?mật\b{_WORDS}
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_CAPITALS = re.compile(rf"(?<!ĐỘ\s)(?<!\w)MẬT(?!\w)(?i:{_WORDS})")
_AFTER_COMMA = re.compile(r"(?:[,;:/]|\s[-\u2013\u2014])\s?Mật\s?(?:[,;.)/]|$)", re.MULTILINE)


_VOWEL_OF_MARKS = re.compile("[\u1eac\u1ead\u0302\u0323]")
"""ậ, or an accent that composes with something to it: without one of these a text cannot come to show "mật"."""


def is_classified(text: str) -> bool:
    """Whether `text` carries a classified mark (Mật, Tối mật, Tuyệt mật)."""
    if _VOWEL_OF_MARKS.search(text) is None:
        return False  # most texts: a fiftieth of the time that the closer look takes
    seen = _ORDINARY.sub("…", _visible(text))
    return any(pattern.search(seen) for pattern in (_MARKS, _CAPITALS, _AFTER_COMMA))


def _visible(text: str) -> str:
    """`text` as a reader sees it: nothing invisible, compatibility forms resolved, runs of white space as one."""
    shown = "".join(c for c in text if unicodedata.category(c) != "Cf")
    composed = unicodedata.normalize("NFKC", _INVISIBLE.sub("", shown))
    lines = (_SPACES.sub(" ", line).strip() for line in composed.splitlines())
    return "\n".join(lines)


def refuse_classified(command: Value) -> Refusal | None:
    """A refusal if any text of `command` carries a mark. The refusal quotes nothing of it."""
    texts = [*_texts(command)]
    if isinstance(command, Attach):
        texts.append(command.file_name.replace("_", " "))  # how file names write a space
    return refuse(Code.CLASSIFIED_REFUSED) if any(is_classified(text) for text in texts) else None


def four_clear(command: IssueDirective) -> Refusal | None:
    """A refusal that names the points neither present nor waived; work and person cannot be waived."""
    waived = {waiver.item for waiver in command.waivers}
    present = {
        ClearPoint.PERSON: command.lead_unit is not None,
        ClearPoint.WORK: command.title is not None and command.content is not None,
        ClearPoint.TIME: command.deadline is not None or ClearPoint.TIME in waived,
        ClearPoint.RESULT: command.expected_result is not None or ClearPoint.RESULT in waived,
    }
    missing = tuple(str(point) for point, there in present.items() if not there)
    return refuse(Code.FOUR_CLEAR_INCOMPLETE, missing=missing) if missing else None


def entry_refusal(command: Command) -> Refusal | None:
    """The checks that need no state: run at the edge, before anything is sent or stored, and again by `decide`."""
    if isinstance(command, IssueDirective):
        return refuse_classified(command) or four_clear(command)
    return refuse_classified(command)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Value):
        for _, inner in value:
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
