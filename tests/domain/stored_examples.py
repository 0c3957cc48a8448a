"""One event of each type with every field filled, and one with nothing that may be left out."""

from datetime import date
from uuid import UUID

from domain import event_values as v
from domain import events as e
from domain.commands import Delivered, Undelivered
from domain.directory import Role
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.policy import Audience, Recipients, SourceKind, Urgency
from domain.terms import Choice, ClearPoint, Settlement, StopCause
from tests.domain.clock import wall_clock

ID = UUID("11111111-2222-5333-8444-555555555555")
DUE = wall_clock("2026-03-14 00:00")
LATER = wall_clock("2026-03-28 00:00")
TOLD = ("tp-nv", "cv-nv")
REACHED = Delivered(recipient="tp-nv", event_id=ID, message_id="<1@quan.example>")
GIVEN_UP = Undelivered(recipient="cv-nv", event_id=ID, error="550 không có")

BARE_PLAN = v.Plan(due_at=None, policy_version="thuong@1", calendar_version="vn-2026.1+holidays-0.109")
WHOLE_PLAN = v.Plan(
    due_at=DUE,
    due_soon_at=wall_clock("2026-03-11 08:00"),
    steps=(
        v.PlannedStep(
            key="1.reminder.1",
            kind="reminder",
            due_at=wall_clock("2026-03-10 08:00"),
            to=(Audience.LEAD_UNIT_HEADS, Audience.OFFICER),
        ),
        v.PlannedStep(key="1.deadline", kind="deadline", due_at=DUE),
        v.PlannedStep(
            key="1.escalation.1",
            kind="escalation",
            due_at=wall_clock("2026-03-19 08:00:00.000001"),
            level=1,
            to=(*tuple(Audience)[2:], Recipients(role=Role.LEADER, of="issuing_unit", up=1)),
        ),
    ),
    policy_version="thuong@1",
    calendar_version="vn-2026.1+holidays-0.109",
    basis=v.CountedBasis(working_days=9, counted_from=date(2026, 3, 2)),
)

FULL: tuple[e.EventData, ...] = (
    e.DirectiveIssued(
        informs=TOLD,
        code="2026/0123",
        title="Rà soát hồ sơ cán bộ",
        content="Rà soát, bổ sung hồ sơ “cán bộ” của các phòng.\nBáo cáo kết quả.",
        source=v.CitedSource(
            kind=SourceKind.CONCLUSION_NOTICE,
            number="12/TB-UBND",
            issued_on=date(2026, 3, 1),
            issued_by="UBND quận",
            excerpt="Giao phòng Nội vụ rà soát.",
            higher_authority=True,
        ),
        lead_unit="NV",
        coordinating_units=("TNMT", "P-A"),
        informed_units=("P-B",),
        officer="cv-nv",
        expected_result="Báo cáo rà soát",
        urgency=Urgency.THUONG_KHAN,
        parent=ID,
        above=("VP", "UBQ"),
        waivers=(
            v.WaivedPoint(item=ClearPoint.TIME, reason="Việc thường xuyên"),
            v.WaivedPoint(item=ClearPoint.RESULT),
        ),
        no_deadline_because="Việc thường xuyên",
        acceptance_levels=2,
        plan=WHOLE_PLAN,
        recurrence=v.OccurrenceLink(id=ID, period="2026-03"),
    ),
    e.DirectiveAcknowledged(informs=TOLD, note="Đã rõ"),
    e.DirectiveBegun(informs=TOLD, policy_version="hoa_toc@2"),
    OfficerAssigned(informs=TOLD, officer="cv-nv", previous_officer="tp-nv", note="Nghỉ phép", chosen_by=Choice.TURN),
    OfficerReleased(informs=TOLD, previous_officer="cv-nv", reason="Quá tải"),
    e.ProgressReported(informs=TOLD, percent=40, note="Đợt một", difficulties="Thiếu người", proposals="Thêm một tuần"),
    e.ReminderDue(informs=TOLD, step="1.reminder.1", number=1, due_at=wall_clock("2026-03-10 08:00"), deadline=DUE),
    e.DeadlineMissed(informs=TOLD, step="1.deadline", due_at=DUE),
    e.Escalated(informs=TOLD, step="1.escalation.1", level=1, due_at=wall_clock("2026-03-19 08:00"), deadline=DUE),
    e.DeadlineChanged(
        informs=TOLD,
        old_due_at=DUE,
        plan=WHOLE_PLAN,
        reason="Thêm việc",
        decision_number="15/QĐ-UBND",
        no_deadline_because="Chờ luật",
    ),
    e.CompletionReported(informs=TOLD, result="Đã rà soát xong", late=True, waives_open="Phường tự hoàn tất"),
    e.CompletionApproved(informs=TOLD, note="Đạt"),
    e.CompletionAccepted(informs=TOLD, note="Tốt", late=True, waives_open="Phường tự hoàn tất"),
    e.CompletionRejected(informs=TOLD, reason="Thiếu hai phòng"),
    e.DirectiveWithdrawn(informs=TOLD, reason="Trùng nhiệm vụ", waives_open="Phường vẫn làm tiếp"),
    e.Commented(informs=TOLD, text="Đề nghị nêu rõ"),
    e.PartResultReported(informs=TOLD, unit="TNMT", result="Đã rà soát phần đất đai", late=True),
    e.ExtensionRequested(informs=TOLD, number=1, due_at=DUE, asked_due_at=LATER, reason="Chờ số liệu"),
    e.ExtensionGranted(
        informs=TOLD,
        number=1,
        requested_by="tp-nv",
        reason="Chờ số liệu",
        old_due_at=DUE,
        plan=WHOLE_PLAN,
        note="Lần cuối",
    ),
    e.ExtensionRefused(informs=TOLD, number=1, requested_by="tp-nv", reason="Việc gấp"),
    e.DirectiveDeclined(informs=TOLD, reason="Không thuộc thẩm quyền", proposed_unit="TNMT", moves_deadline=True),
    e.DeclineSettled(
        informs=TOLD, settlement=Settlement.SENT_BACK, declined_by="tp-nv", reason="Đúng thẩm quyền", working_days=2
    ),
    e.DirectiveReassigned(
        informs=TOLD,
        from_unit="NV",
        to_unit="TNMT",
        previous_officer="cv-nv",
        overdue_from=DUE,
        reason="Chuyển giao",
        waives_open="Phường vẫn làm tiếp",
    ),
    e.SubdirectiveIssued(informs=TOLD, subdirective=ID, code="2026/0124", lead_unit="P-A", due_at=DUE),
    e.SubdirectiveDeadlineChanged(informs=TOLD, subdirective=ID, due_at=DUE),
    e.SubdirectiveClosed(informs=TOLD, subdirective=ID, completed=True, late=True),
    e.DirectiveSuspended(
        informs=TOLD,
        cause=StopCause.OTHER_BODY,
        waits_on="Sở Nội vụ",
        reason="Chờ hướng dẫn",
        until=LATER,
        moves_deadline=True,
    ),
    e.DirectiveResumed(informs=TOLD, note="Đã có hướng dẫn", working_days=5, ended_at=LATER),
    e.SignalRefused(
        informs=TOLD, refused_command="accept", refused_command_id=ID, refused_user="tp-nv", code="not_permitted"
    ),
    e.NotificationSent(informs=TOLD, channel="email", delivered=(REACHED,)),
    e.NotificationFailed(informs=TOLD, channel="email", undelivered=(GIVEN_UP,)),
    e.FileAttached(
        informs=TOLD,
        sha256="0f" * 32,
        name="Báo cáo rà soát.pdf",
        size=12_345,
        media_type="application/pdf",
        note="Bản có chữ ký",
    ),
    e.UnitsSucceeded(
        informs=TOLD,
        succeeded=(
            v.SucceededUnit(
                from_unit="NV",
                from_name="Phòng Nội vụ",
                to_unit="NVMT",
                to_name="Phòng Nội vụ - Môi trường",
                ended_on=date(2026, 7, 1),
                decision_number="9/NQ",
            ),
        ),
        lead_unit="NVMT",
        coordinating_units=("P-A",),
        informed_units=("P-B",),
        officer="cv-nv",
        previous_officer="cv-nv",
        overdue_from=DUE,
    ),
)

MINIMAL: tuple[e.EventData, ...] = (
    e.DirectiveIssued(
        code="2026/0123",
        title="Việc",
        content="Việc",
        lead_unit="NV",
        urgency=Urgency.THUONG,
        acceptance_levels=1,
        plan=BARE_PLAN,
    ),
    e.DirectiveAcknowledged(),
    e.DirectiveBegun(policy_version="hoa_toc@2"),
    OfficerAssigned(officer="cv-nv"),
    OfficerReleased(previous_officer="cv-nv", reason="Bận"),
    e.ProgressReported(percent=0),
    e.ReminderDue(step="1.reminder.1", number=1, due_at=DUE, deadline=DUE),
    e.DeadlineMissed(step="1.deadline", due_at=DUE),
    e.Escalated(step="1.escalation.1", level=1, due_at=DUE, deadline=DUE),
    e.DeadlineChanged(old_due_at=None, plan=BARE_PLAN, reason="Thêm việc"),
    e.CompletionReported(result="Xong", late=False),
    e.CompletionApproved(),
    e.CompletionAccepted(late=False),
    e.CompletionRejected(reason="Thiếu"),
    e.DirectiveWithdrawn(reason="Trùng"),
    e.Commented(text="Đã xem"),
    e.PartResultReported(unit="TNMT", result="Xong", late=False),
    e.ExtensionRequested(number=1, due_at=DUE, asked_due_at=LATER, reason="Chờ"),
    e.ExtensionGranted(number=1, requested_by="tp-nv", reason="Chờ", old_due_at=DUE, plan=BARE_PLAN),
    e.ExtensionRefused(number=1, requested_by="tp-nv", reason="Gấp"),
    e.DirectiveDeclined(reason="Sai thẩm quyền"),
    e.DeclineSettled(settlement=Settlement.UPHELD, declined_by="tp-nv", reason="Đúng", working_days=0),
    e.DirectiveReassigned(from_unit="NV", to_unit="TNMT", reason="Chuyển"),
    e.SubdirectiveIssued(subdirective=ID, code="2026/0124", lead_unit="P-A"),
    e.SubdirectiveDeadlineChanged(subdirective=ID),
    e.SubdirectiveClosed(subdirective=ID, completed=False, late=False),
    e.DirectiveSuspended(cause=StopCause.OTHER, reason="Chờ", until=LATER, moves_deadline=False),
    e.DirectiveResumed(working_days=0),
    e.SignalRefused(refused_command="accept", refused_command_id=ID, refused_user="tp-nv", code="not_permitted"),
    e.NotificationSent(channel="email", delivered=()),
    e.NotificationFailed(channel="email", undelivered=()),
    e.FileAttached(sha256="0f" * 32, name="a.txt", size=1, media_type="text/plain"),
    e.UnitsSucceeded(succeeded=(), lead_unit="NV"),
)


def enveloped(data: e.EventData, actor: v.Actor, version: int = 1, *, of: UUID = ID) -> e.Event:
    """An event with its envelope, as the record stores it."""
    return e.Event(
        event_id=ID,
        directive_id=of,
        stream_version=version,
        command_id=ID,
        occurred_at=wall_clock("2026-03-02 09:00"),
        recorded_at=wall_clock("2026-03-02 09:00:00.000250"),
        actor=actor,
        data=data,
    )


ENVELOPES = {
    "full": enveloped(
        e.Commented(informs=TOLD, text="Đề nghị nêu rõ"),
        v.Actor(user="pct", name="Đồng chí pct", unit="UBQ", role=Role.LEADER, on_behalf_of="chu-tich"),
    ),
    "substitute": enveloped(
        e.Commented(text="Đã xem"),
        v.Actor(
            user="pct",
            name="Đồng chí pct",
            unit="UBQ",
            role=Role.LEADER,
            over="UBQ",
            on_behalf_of="chu-tich",
            on_behalf_of_name="Đồng chí chu-tich",
        ),
    ),
    "minimal": enveloped(e.Commented(text="Đã xem"), v.SYSTEM),
}
