"""One factory for each thing that happens to a directive, with what the tests do not care about filled in."""

from datetime import datetime
from typing import Any

from domain import event_values as v
from domain import events as e
from domain.commands import Deadline, IssueDirective, Source
from domain.deadlines import plan_for
from domain.policy import Policy, SourceKind, Urgency
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
    return plan_for(_maybe(due), instant(at), policy, CALENDAR, generation=generation)


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


def _maybe(moment: Moment | None) -> datetime | None:
    return None if moment is None else instant(moment)
