"""What must be right before a directive may enter: the four clear points, and no classified mark."""

import re
from collections.abc import Iterator

from domain.commands import ClearPoint, Command, IssueDirective
from domain.refusals import Code, Refusal, refuse

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

# Marks as documents carry them. "bảo mật", "bí mật nhà nước", "mật độ", "mật khẩu" are ordinary words and no marks.
_MARKS = re.compile(
    r"""
      \b(?:tối|tuyệt)\s+mật\b                             # two of the three grades, wherever they stand
    | \bđộ\s+mật\s*:?\s*mật\b                             # the label with its value
    | [(\[]\s*mật\s*[)\]]                                 # (Mật)
    | ^\s*mật\s*(?:[-:.,;\u2013\u2014]|$)                 # a line that begins or stands alone with the mark
    | \bđóng\s+dấu\s+["\u201c\u201d']?\s*mật\b
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_CAPITALS = re.compile(r"(?<!BẢO )(?<!BÍ )(?<!CƠ )(?<!CẨN )(?<!\w)MẬT(?!\w)(?! (?:ĐỘ|KHẨU|MÃ|VỤ|THIẾT|ONG|THƯ)\b)")
_AFTER_COMMA = re.compile(r"[,;:/]\s*Mật\s*(?:[,;.)/]|$)", re.MULTILINE)


def is_classified(text: str) -> bool:
    """Whether `text` carries a classified mark (Mật, Tối mật, Tuyệt mật)."""
    seen = _INVISIBLE.sub("", text).replace("\u00a0", " ")
    return any(pattern.search(seen) for pattern in (_MARKS, _CAPITALS, _AFTER_COMMA))


def refuse_classified(command: Command) -> Refusal | None:
    """A refusal if any text of `command` carries a mark. The refusal quotes nothing of it."""
    if any(is_classified(text) for text in _texts(command.model_dump(mode="python"))):
        return refuse(Code.CLASSIFIED_REFUSED)
    return None


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
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
