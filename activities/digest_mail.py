"""The summary of a morning as a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from activities.letters import Letter, directive_address, rendered
from domain.directory import Person
from domain.ids import digest_id
from domain.instants import local, shown
from domain.state import DirectiveState
from domain.wording import EVENT_NAMES, named
from storage.digests import Line

FOOT = "Đôn Đốc – hệ thống theo dõi, đôn đốc nhiệm vụ. Thư tự động, không cần trả lời."


@dataclass(frozen=True)
class Digest:
    """What somebody is told in the morning of `day`; `total` counts the new notices, those not listed among them."""

    person: Person
    day: date
    at: datetime
    lines: Sequence[Line]
    total: int
    overdue: Sequence[DirectiveState]
    ahead: Sequence[DirectiveState]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.lines or self.overdue or self.ahead)


@dataclass(frozen=True)
class _Entry:
    words: str
    detail: str
    address: str | None


@dataclass(frozen=True)
class _Part:
    title: str
    entries: Sequence[_Entry]
    more: int = 0


def digest_letter(digest: Digest, public_url: str | None) -> Letter:
    """The mail: what is overdue, what ends soon, what is new. Same digest and address, same words under the same id."""
    title = f"Tổng hợp ngày {digest.day:%d/%m/%Y} (Daily digest)"
    parts = [part for part in _parts(digest, public_url) if part.entries]
    text = [f"Kính gửi: {digest.person.full_name}", "", title]
    for part in parts:
        text += ["", part.title]
        for entry in part.entries:
            text.append(f"- {entry.words} ({entry.detail})")
            text += [f"  {entry.address}"] if entry.address else []
        text += [_more(part.more)] if part.more else []
    counts = [f"{len(digest.overdue)} quá hạn", f"{len(digest.ahead)} sắp đến hạn", f"{digest.total} thông báo mới"]
    return Letter(
        id=str(digest_id(digest.person.username, digest.day)),
        to=digest.person.email or "",
        subject=f"[Đôn Đốc] Tổng hợp {digest.day:%d/%m/%Y}: {', '.join(counts)}",
        date=digest.at,
        text="\n".join([*text, "", FOOT]),
        html=rendered("digest.html", person=digest.person.full_name, title=title, parts=parts, more=_more),
    )


def _parts(digest: Digest, public_url: str | None) -> list[_Part]:
    def of_states(title: str, states: Sequence[DirectiveState]) -> _Part:
        return _Part(f"{title}: {len(states)}", [_of_state(state, public_url) for state in states])

    notices = [
        _Entry(
            f"{named(EVENT_NAMES, line.type)}: [{line.code}] {_line(line.title)}",
            f"{local(line.created_at):%H:%M %d/%m}",
            directive_address(public_url, line.code),
        )
        for line in digest.lines
    ]
    return [
        of_states("Quá hạn · Overdue", digest.overdue),
        of_states("Đến hạn trong ba ngày làm việc · Due within three working days", digest.ahead),
        _Part(f"Thông báo mới · New notices: {digest.total}", notices, digest.total - len(notices)),
    ]


def _of_state(state: DirectiveState, public_url: str | None) -> _Entry:
    due = shown(state.due_at) if state.due_at else ""
    return _Entry(f"[{state.code}] {_line(state.title)}", f"hạn {due}", directive_address(public_url, state.code))


def _more(count: int) -> str:
    return f"… và {count} thông báo nữa trong trang Thông báo"


def _line(text: str) -> str:
    return " ".join(text.split())
