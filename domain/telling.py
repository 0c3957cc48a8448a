"""What events say beside their name, in words: for histories on the screen and on paper.

Every fact of an event that a reader needs is told, and all that people typed; tests/domain/test_telling.py goes through the fields.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never
from uuid import UUID

from domain import events as e
from domain.channels import HELD_BACK, PRESSING
from domain.event_values import Actor
from domain.instants import shown
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.saying import Saying, shown_due
from domain.telling_issue import issue_told
from domain.wording import CHOICE_NAMES, SETTLEMENT_NAMES, STOP_NAMES, Language

__all__ = ["actor_named", "informed", "shown_due", "told"]


def told(
    data: e.EventData,
    codes: Mapping[UUID, str],
    language: Language = "vi",
    *,
    person: Callable[[str], str] = str,
    unit: Callable[[str], str] = str,
    headed: bool = False,
) -> list[str]:
    """What the event says, part by part.

    `codes` are the numbers of the sub-directives that are known; `person` and `unit` give names for usernames and for codes of
    units, which may be spelled alike. `headed`: number, title and content stand above this history, and are not told again.
    """
    say = Saying(language == "en", person, unit)
    return [part for part in _parts(data, codes, say, headed=headed) if part]


def informed(data: e.EventData, language: Language = "vi", *, person: Callable[[str], str] = str) -> list[str]:
    """Who was pressed, of an event that presses: the evidence that they were told."""
    say = Saying(language == "en", person, str)
    return [say.people("báo:", "told:", data.informs)] if data.type in PRESSING and data.informs else []


def _parts(data: e.EventData, codes: Mapping[UUID, str], say: Saying, *, headed: bool) -> Iterator[str]:
    match data:
        case e.DirectiveIssued():
            yield from issue_told(data, say, headed=headed)
        case e.ReminderDue() | e.DeadlineMissed() | e.Escalated():
            yield from _pressing(data, say)
        case OfficerAssigned() | OfficerReleased():
            yield from _officer(data, say)
        case e.DeadlineChanged() | e.ExtensionRequested() | e.ExtensionGranted() | e.ExtensionRefused():
            yield from _deadline(data, say)
        case e.CompletionReported() | e.CompletionAccepted() | e.PartResultReported():
            yield from _result(data, say)
        case e.DirectiveDeclined() | e.DeclineSettled() | e.DirectiveReassigned() | e.UnitsSucceeded():
            yield from _hands(data, say)
        case e.SubdirectiveIssued() | e.SubdirectiveDeadlineChanged() | e.SubdirectiveClosed():
            yield from _below(data, codes, say)
        case e.DirectiveSuspended() | e.DirectiveResumed():
            yield from _clock(data, say)
        case e.NotificationSent() | e.NotificationFailed() | e.SignalRefused():
            yield from _outside(data, say)
        case e.DirectiveBegun(policy_version=version):
            yield say.after("theo chính sách", "under policy", version)
        case e.ProgressReported(percent=percent):
            yield f"{say('tiến độ', 'progress')} {percent} %"
            yield say.note(data.note)
            yield say.after("khó khăn, vướng mắc:", "difficulties:", data.difficulties)
            yield say.after("đề xuất, kiến nghị:", "proposals:", data.proposals)
        case e.DirectiveAcknowledged(note=note) | e.CompletionApproved(note=note):
            yield say.note(note)
        case e.FileAttached(name=name, note=note):
            yield name
            yield say.note(note)
        case e.CompletionRejected(reason=reason):
            yield say.reason(reason)
        case e.DirectiveWithdrawn(reason=reason, waives_open=waived):
            yield say.reason(reason)
            yield say.although_open(waived)
        case e.Commented(text=text):
            yield text
        case _:
            assert_never(data)


def _pressing(data: e.ReminderDue | e.DeadlineMissed | e.Escalated, say: Saying) -> Iterator[str]:
    yield say.to_the_second("đến hạn lúc", "due at", data.due_at)
    match data:
        case e.ReminderDue():
            yield say.number(data.number)
            yield say.deadline(data.deadline)
        case e.Escalated():
            yield f"{say('cấp', 'level')} {data.level}"
            yield say.deadline(data.deadline)
        case e.DeadlineMissed():
            return


def _officer(data: OfficerAssigned | OfficerReleased, say: Saying) -> Iterator[str]:
    match data:
        case OfficerAssigned():
            yield say.after("giao", "to", say.person(data.officer))
            yield say.previous_officer(data.previous_officer)
            yield say.named("chọn theo cách:", "chosen by:", CHOICE_NAMES, data.chosen_by)
            yield say.note(data.note)
        case OfficerReleased():
            yield say.previous_officer(data.previous_officer)
            yield say.reason(data.reason)


def _deadline(
    data: e.DeadlineChanged | e.ExtensionRequested | e.ExtensionGranted | e.ExtensionRefused, say: Saying
) -> Iterator[str]:
    match data:
        case e.DeadlineChanged():
            yield say.moved("hạn từ", data.old_due_at, data.plan.due_at)
            yield say.after("theo quyết định", "by decision", data.decision_number)
            yield say.reason(data.reason)
            yield say.after("không hạn vì:", "no deadline because:", data.no_deadline_because)
        case e.ExtensionRequested():
            yield say.moved("xin từ", data.due_at, data.asked_due_at)
            yield say.number(data.number)
            yield say.reason(data.reason)
        case e.ExtensionGranted():
            yield say.moved("gia hạn từ", data.old_due_at, data.plan.due_at)
            yield say.number(data.number)
            yield say.after("người đề nghị:", "asked by:", say.person(data.requested_by))
            yield say.after("lý do đề nghị:", "asked because:", data.reason)
            yield say.note(data.note)
        case e.ExtensionRefused():
            yield say.number(data.number)
            yield say.after("người đề nghị:", "asked by:", say.person(data.requested_by))
            yield say.reason(data.reason)


def _result(data: e.CompletionReported | e.CompletionAccepted | e.PartResultReported, say: Saying) -> Iterator[str]:
    if isinstance(data, e.PartResultReported):
        yield say.after("đơn vị", "unit", say.unit(data.unit))
    yield say("quá hạn", "late") if data.late else ""
    match data:
        case e.CompletionReported() | e.PartResultReported():
            yield say.after("kết quả:", "result:", data.result)
        case e.CompletionAccepted():
            yield say.note(data.note)
    if not isinstance(data, e.PartResultReported):
        yield say.although_open(data.waives_open)


def _hands(
    data: e.DirectiveDeclined | e.DeclineSettled | e.DirectiveReassigned | e.UnitsSucceeded, say: Saying
) -> Iterator[str]:
    match data:
        case e.DirectiveDeclined():
            yield say.reason(data.reason)
            yield say.units("đề xuất chuyển cho:", "proposed instead:", (data.proposed_unit,))
            if data.moves_deadline:
                yield say(
                    "thời hạn lùi theo thời gian chờ giải quyết", "the deadline moves by the time until it is settled"
                )
        case e.DeclineSettled():
            yield say.named("", "", SETTLEMENT_NAMES, data.settlement)
            yield say.after("người trả lại:", "declined by:", say.person(data.declined_by))
            yield say.reason(data.reason)
            yield say.working_days("sau", "after", data.working_days)
        case e.DirectiveReassigned():
            old, new = say.unit(data.from_unit), say.unit(data.to_unit)
            yield say(f"từ {old} sang {new}", f"from {old} to {new}")
            yield say.previous_officer(data.previous_officer)
            yield say.late_since(data.overdue_from)
            yield say.reason(data.reason)
            yield say.although_open(data.waives_open)
        case e.UnitsSucceeded():
            for one in data.succeeded:
                yield f"{one.from_name} ({one.from_unit}) → {one.to_name} ({one.to_unit})"
                yield say(f"từ ngày {one.ended_on:%d/%m/%Y}", f"as of {one.ended_on:%d/%m/%Y}")
                yield say.after("theo quyết định", "by decision", one.decision_number)
            yield from say.parties(data.lead_unit, data.coordinating_units, data.informed_units, data.officer)
            yield say.previous_officer(data.previous_officer)
            yield say.late_since(data.overdue_from)


def _below(
    data: e.SubdirectiveIssued | e.SubdirectiveDeadlineChanged | e.SubdirectiveClosed,
    codes: Mapping[UUID, str],
    say: Saying,
) -> Iterator[str]:
    match data:
        case e.SubdirectiveIssued():
            yield f"{data.code} {say('cho', 'to')} {say.unit(data.lead_unit)}, {say.deadline(data.due_at)}"
        case e.SubdirectiveDeadlineChanged():
            yield codes.get(data.subdirective, "")
            yield say.deadline(data.due_at)
        case e.SubdirectiveClosed():
            yield codes.get(data.subdirective, "")
            ended = say("hoàn thành", "completed") if data.completed else say("thu hồi", "withdrawn")
            yield ended + (say(" (quá hạn)", " (late)") if data.late else "")


def _clock(data: e.DirectiveSuspended | e.DirectiveResumed, say: Saying) -> Iterator[str]:
    match data:
        case e.DirectiveSuspended():
            yield f"{say('đến', 'until')} {shown(data.until)}"
            yield say.named("", "", STOP_NAMES, data.cause)
            yield say.reason(data.reason)
            yield say.after("chờ", "waits on", data.waits_on)
            if data.moves_deadline:
                yield say("thời hạn lùi theo thời gian tạm hoãn", "the deadline moves by the time that it lasts")
            else:
                yield say("thời hạn giữ nguyên", "the deadline stays")
        case e.DirectiveResumed():
            yield say.working_days("đã dừng", "stood for", data.working_days)
            if data.ended_at:
                yield f"{say('hết thời gian tạm hoãn lúc', 'the end that had been set:')} {shown(data.ended_at)}"
            yield say.note(data.note)


def _outside(data: e.NotificationSent | e.NotificationFailed | e.SignalRefused, say: Saying) -> Iterator[str]:
    match data:
        case e.NotificationSent():
            yield say.people("đã gửi thư cho:", "mailed to:", dict.fromkeys(one.recipient for one in data.delivered))
        case e.NotificationFailed():
            own = say("không gửi thư, theo lựa chọn của người nhận", "not mailed, by their own choice")
            for one in data.undelivered:
                yield f"{say.person(one.recipient)}: {own if one.error in HELD_BACK.values() else one.error}"
        case e.SignalRefused():
            user = say.person(data.refused_user)
            yield say(
                f"{data.refused_command} của {user}: {data.code}", f"{data.refused_command} by {user}: {data.code}"
            )


def actor_named(actor: Actor, language: Language = "vi") -> str:
    """Who acted, and for whom."""
    absent = actor.on_behalf_of_name or actor.on_behalf_of
    return f"{actor.name}, {'for' if language == 'en' else 'thay'} {absent}" if absent else actor.name
