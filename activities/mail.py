"""A notice as an e-mail: plain text, the same bytes however often it is sent."""

from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from domain.directory import Person
from domain.events import DeadlineMissed, DirectiveIssued, Escalated, Event, ReminderDue
from domain.ids import notice_id
from domain.instants import local, shown
from domain.state import DirectiveState
from domain.wording import EVENT_NAMES, named

MAIL_DOMAIN = "dondoc.invalid"
"""The right side of Message-IDs: a name that no host can have (RFC 6761), so ids never clash with real ones."""


def message_id(event_id: UUID, recipient: str) -> str:
    """The fixed Message-ID of the mail that tells `recipient` of an event; a mail server that got it twice can tell."""
    return f"<{notice_id(event_id, recipient)}@{MAIL_DOMAIN}>"


def compose_mail(event: Event, state: DirectiveState, person: Person, sender: str) -> MIMEText:
    """The mail that tells `person` of `event`. Same event, state and person, same bytes."""
    # The older classes of `email`: up to Python 3.12 the newer ones lose blanks where they fold a header (gh-92081).
    mail = MIMEText("\n".join(_lines(event, state, person)), _charset="utf-8")
    mail["Message-ID"] = message_id(event.event_id, person.username)
    mail["Date"] = format_datetime(local(event.recorded_at))
    mail["From"] = formataddr(parseaddr(sender))
    mail["To"] = person.email or ""
    subject = f"[{state.code}] {named(EVENT_NAMES, event.data.type)}: {state.title}"
    line = Header(" ".join(subject.split()), "utf-8", header_name="Subject")  # a title may have line ends
    mail["Subject"] = line  # type: ignore[assignment]  # the stubs know only text
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _lines(event: Event, state: DirectiveState, person: Person) -> list[str]:
    lines = [
        f"Kính gửi: {person.full_name}",
        "",
        f"{named(EVENT_NAMES, event.data.type)} ({named(EVENT_NAMES, event.data.type, 'en')})",
        f"Nhiệm vụ {state.code}: {state.title}",
        f"Người giao: {state.issuer.name}",
    ]
    if state.due_at is not None:
        lines.append(f"Thời hạn: {shown(state.due_at)}")
    match event.data:
        case DirectiveIssued(content=content, expected_result=result):
            lines += ["", content, *([f"Kết quả cần đạt: {result}"] if result else [])]
        case ReminderDue(number=number):
            lines.append(f"Đây là lần đôn đốc thứ {number}.")
        case DeadlineMissed():
            lines.append("Thời hạn đã qua mà chưa có báo cáo hoàn thành.")
        case Escalated(level=level):
            lines.append(f"Báo cáo vượt cấp lần {level}.")
        case _:
            lines.append(f"Người thực hiện: {event.actor.name}, {shown(event.occurred_at)}.")
    return [*lines, "", "Đôn Đốc – hệ thống theo dõi, đôn đốc nhiệm vụ. Thư tự động, không cần trả lời."]
