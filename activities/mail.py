"""A notice as a mail."""

from email.mime.multipart import MIMEMultipart
from uuid import UUID

from activities.letters import MAIL_DOMAIN, Letter, composed, directive_address, rendered
from domain.directory import Person
from domain.events import DeadlineMissed, DirectiveIssued, Escalated, Event, ReminderDue
from domain.ids import notice_id
from domain.instants import shown
from domain.state import DirectiveState
from domain.wording import EVENT_NAMES, named


def message_id(event_id: UUID, recipient: str) -> str:
    """The fixed Message-ID of the mail that tells `recipient` of an event; a mail server that got it twice can tell."""
    return f"<{notice_id(event_id, recipient)}@{MAIL_DOMAIN}>"


def compose_mail(
    event: Event, state: DirectiveState, person: Person, sender: str, public_url: str | None = None
) -> MIMEMultipart:
    """The mail that tells `person` of `event`, with the way to the directive's page where that is known.

    Same event, state, person and addresses, same bytes.
    """
    title = f"{named(EVENT_NAMES, event.data.type)} ({named(EVENT_NAMES, event.data.type, 'en')})"
    facts, prose = _facts(state), _prose(event)
    address = directive_address(public_url, state.code)
    text = [f"Kính gửi: {person.full_name}", "", title, *facts, *_apart(event), *prose]
    text += ["", f"Xem nhiệm vụ: {address}"] if address else []
    text += ["", "Đôn Đốc – hệ thống theo dõi, đôn đốc nhiệm vụ. Thư tự động, không cần trả lời."]
    letter = Letter(
        id=str(notice_id(event.event_id, person.username)),
        to=person.email or "",
        subject=f"[{state.code}] {named(EVENT_NAMES, event.data.type)}: {state.title}",
        date=event.recorded_at,
        text="\n".join(text),
        html=rendered("notice.html", person=person.full_name, title=title, facts=facts, prose=prose, address=address),
    )
    return composed(letter, sender)


def _facts(state: DirectiveState) -> list[str]:
    lines = [f"Nhiệm vụ {state.code}: {state.title}", f"Người giao: {state.issuer.name}"]
    return [*lines, f"Thời hạn: {shown(state.due_at)}"] if state.due_at is not None else lines


def _apart(event: Event) -> list[str]:
    return [""] if isinstance(event.data, DirectiveIssued) else []


def _prose(event: Event) -> list[str]:
    match event.data:
        case DirectiveIssued(content=content, expected_result=result):
            return [content, *([f"Kết quả cần đạt: {result}"] if result else [])]
        case ReminderDue(number=number):
            return [f"Đây là lần đôn đốc thứ {number}."]
        case DeadlineMissed():
            return ["Thời hạn đã qua mà chưa có báo cáo hoàn thành."]
        case Escalated(level=level):
            return [f"Báo cáo vượt cấp lần {level}."]
        case _:
            return [f"Người thực hiện: {event.actor.name}, {shown(event.occurred_at)}."]
