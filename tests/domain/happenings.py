"""One factory for each thing that happens to a directive, with what the tests do not care about filled in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import event_values as v
from domain import events as e
from domain.commands import Deadline, IssueDirective, Source
from domain.deadlines import plan_for
from domain.officer_events import OfficerAssigned
from domain.policy import Policy, SourceKind, Urgency
from domain.terms import StopCause
from tests.domain.clock import Moment, instant
from tests.domain.policies import SECONDS
from tests.domain.spec import CALENDAR, Happened


def order(**changes: Any) -> IssueDirective:
    """The command that issues a directive to NV, due at second 10, with all four points clear."""
    fields = {
        "title": "Rà soát hồ sơ cán bộ",
        "content": "Rà soát, bổ sung hồ sơ cán bộ của các phòng.",
        "source": Source(kind=SourceKind.CONCLUSION_NOTICE, number="12/TB-UBND"),
        "lead_unit": "NV",
        "coordinating_units": ("TNMT",),
        "informed_units": ("P-A",),
        "officer": "cv-nv",
        "deadline": Deadline(at=instant(10)),
        "expected_result": "Báo cáo rà soát",
        "policy": SECONDS.code,
    }
    return IssueDirective(**(fields | changes))


def plan(due: Moment | None, *, at: Moment = 0, policy: Policy = SECONDS, generation: int = 1) -> v.Plan:
    """The plan of a deadline set at `at`."""
    basis = None if due is None else v.ExactBasis()
    return plan_for(_maybe(due), instant(at), policy, CALENDAR, generation=generation, basis=basis)


def issued(due: Moment | None = 10, *, policy: Policy = SECONDS, at: Moment = 0, **changes: Any) -> Happened:
    """The chairman gave NV a directive with the officer cv-nv, TNMT beside it, P-A for information."""
    fields = {
        "code": "2026/0123",
        "title": "Rà soát hồ sơ cán bộ",
        "content": "Rà soát, bổ sung hồ sơ cán bộ của các phòng.",
        "lead_unit": "NV",
        "coordinating_units": ("TNMT",),
        "informed_units": ("P-A",),
        "officer": "cv-nv",
        "expected_result": "Báo cáo rà soát",
        "urgency": Urgency.THUONG,
        "acceptance_levels": policy.acceptance_levels,
        "plan": plan(due, at=at, policy=policy),
    }
    return Happened(e.DirectiveIssued(**(fields | changes)), by="chu-tich", at=at)


def acknowledged(at: Moment | None = None) -> Happened:
    """The head of NV took it on."""
    return Happened(e.DirectiveAcknowledged(), by="tp-nv", at=at)


def assigned(officer: str = "cv-nv", at: Moment | None = None) -> Happened:
    """The head of NV named the officer."""
    return Happened(OfficerAssigned(officer=officer), by="tp-nv", at=at)


def progressed(percent: int, at: Moment | None = None) -> Happened:
    """The officer told how far it is."""
    return Happened(e.ProgressReported(percent=percent), by="cv-nv", at=at)


def reported(at: Moment | None = None, *, late: bool = False) -> Happened:
    """The officer reported the result; `late` is what the decider found."""
    return Happened(e.CompletionReported(late=late, result="Đã rà soát xong"), by="cv-nv", at=at)


def approved(at: Moment | None = None) -> Happened:
    """The head of NV stood behind the result."""
    return Happened(e.CompletionApproved(), by="tp-nv", at=at)


def accepted(*, late: bool = False, at: Moment | None = None) -> Happened:
    """The chairman accepted the result."""
    return Happened(e.CompletionAccepted(late=late), by="chu-tich", at=at)


def rejected(at: Moment | None = None) -> Happened:
    """The chairman wants it done again."""
    return Happened(e.CompletionRejected(reason="Thiếu hai phòng"), by="chu-tich", at=at)


def withdrawn(at: Moment | None = None) -> Happened:
    """The chairman cancelled it."""
    return Happened(e.DirectiveWithdrawn(reason="Trùng nhiệm vụ"), by="chu-tich", at=at)


def deadline_changed(due: Moment | None, *, at: Moment, old: Moment | None = 10, generation: int = 2) -> Happened:
    """The chairman set another deadline."""
    new_plan = plan(due, at=at, generation=generation)
    data = e.DeadlineChanged(old_due_at=_maybe(old), plan=new_plan, reason="Thêm việc")
    return Happened(data, by="chu-tich", at=at)


def reminded(step: str, number: int, at: float) -> Happened:
    """The unit was reminded of the deadline at second 10."""
    return Happened(e.ReminderDue(step=step, number=number, due_at=instant(at), deadline=instant(10)), at=at)


def missed(at: float = 10) -> Happened:
    """The deadline passed."""
    return Happened(e.DeadlineMissed(step="1.deadline", due_at=instant(at)), at=at)


def extension_requested(due: Moment, *, at: Moment | None = None, old: Moment = 10, number: int = 1) -> Happened:
    """The head of NV asked for more time."""
    data = e.ExtensionRequested(number=number, due_at=instant(old), asked_due_at=instant(due), reason="Chờ số liệu")
    return Happened(data, by="tp-nv", at=at)


def extension_granted(
    due: Moment, *, at: Moment, old: Moment = 10, number: int = 1, generation: int = 2, policy: Policy = SECONDS
) -> Happened:
    """The chairman moved the deadline as asked."""
    data = e.ExtensionGranted(
        number=number,
        requested_by="tp-nv",
        reason="Chờ số liệu",
        old_due_at=instant(old),
        plan=plan(due, at=at, generation=generation, policy=policy),
    )
    return Happened(data, by="chu-tich", at=at)


def extension_refused(at: Moment | None = None, *, number: int = 1) -> Happened:
    """The chairman did not move the deadline."""
    data = e.ExtensionRefused(number=number, requested_by="tp-nv", reason="Việc gấp")
    return Happened(data, by="chu-tich", at=at)


def declined(at: Moment | None = None, *, moves_deadline: bool = False) -> Happened:
    """The head of NV gave it back."""
    data = e.DirectiveDeclined(reason="Không thuộc thẩm quyền", moves_deadline=moves_deadline)
    return Happened(data, by="tp-nv", at=at)


def reassigned(to: str = "TNMT", *, at: Moment | None = None, **changes: Any) -> Happened:
    """The chairman gave it to another unit."""
    fields = {"from_unit": "NV", "to_unit": to, "previous_officer": "cv-nv", "reason": "Đúng chức năng"}
    return Happened(e.DirectiveReassigned(**(fields | changes)), by="chu-tich", at=at)


def delegated(to: str = "P-A", *, number: int = 1, due: Moment | None = 10, at: Moment | None = None) -> Happened:
    """A sub-directive went to another unit."""
    data = e.SubdirectiveIssued(
        subdirective=below(number), code=f"2026/{200 + number:04}", lead_unit=to, due_at=_maybe(due)
    )
    return Happened(data, by="chu-tich", at=at)


def child_closed(number: int = 1, *, completed: bool = True, late: bool = False, at: Moment | None = None) -> Happened:
    """A sub-directive ended."""
    data = e.SubdirectiveClosed(subdirective=below(number), completed=completed, late=late)
    return Happened(data, by="chu-tich", at=at)


def suspended(until: Moment, *, at: Moment | None = None, moves_deadline: bool = True) -> Happened:
    """The chairman stopped the clock."""
    data = e.DirectiveSuspended(
        cause=StopCause.OTHER_BODY,
        waits_on="Sở Nội vụ",
        reason="Chờ hướng dẫn",
        until=instant(until),
        moves_deadline=moves_deadline,
    )
    return Happened(data, by="chu-tich", at=at)


def below(number: int) -> UUID:
    """The id of the `number`-th sub-directive."""
    return UUID(int=0x5_8000_0000_0000_0000_0000 + number)


def _maybe(moment: Moment | None) -> datetime | None:
    return None if moment is None else instant(moment)
