"""Every deadline of a directive computed again: under the rules of its day, and under those of today.

The instants that were recorded are what counted and what counts (decision 0018). Computed again under the policy and
calendar versions that the event names they have to come out the same; under today's rules they may not, and then what
the difference comes from is said. Nothing here changes anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from audit.replay.differences import Words, calendar_differences, policy_differences
from audit.replay.rules import Rules
from audit.replay.steps import ReplayStep
from domain.calendar import WorkCalendar
from domain.deadlines import due_by, plan_for
from domain.event_values import CountedBasis, ExactBasis, NamedDayBasis, Plan, PlannedStep
from domain.events import DeadlineChanged, DirectiveIssued, ExtensionGranted
from domain.instants import last_day_of, shown
from domain.policy import Policy
from domain.state import DirectiveState, Timeliness


@dataclass(frozen=True)
class PlanCheck:
    """One deadline of a directive: what was recorded, and what comes out when it is computed again."""

    version: int
    """That of the event that set it."""
    type: str
    set_at: datetime
    plan: Plan
    """As it was recorded."""
    then: Plan | None = None
    """Under the versions that the recorded plan names; None where they are not known any more."""
    today: Plan | None = None
    """Under the policy and the calendar in force now; None where there is no such policy any more."""
    calendar_rebuilt: str | None = None
    """The version that comes out when the calendar of then is built now. Another than the one named: see `notes`."""
    notes: tuple[Words, ...] = ()
    """What differs and why, Vietnamese and English."""

    @property
    def agrees(self) -> bool | None:
        """Whether the recorded instants come out again under the rules of then; None where that cannot be told."""
        return None if self.then is None else _instants(self.then, self.plan) == _instants(self.plan, self.plan)


@dataclass(frozen=True)
class Lateness:
    """Whether a directive was late at an instant: as it was recorded, and by both computations."""

    at: datetime
    recorded: bool
    then: bool | None
    today: bool | None
    plans: tuple[PlanCheck, ...]
    """All that it has had, the first first."""


def lateness(steps: Iterable[ReplayStep], rules: Rules, at: datetime) -> Lateness:
    """The lateness at `at` of a directive with these steps; at least one."""
    checks: list[PlanCheck] = []
    state: DirectiveState | None = None
    for step in steps:
        state = step.state
        data = step.recorded.event.data
        if isinstance(data, DirectiveIssued | DeadlineChanged | ExtensionGranted):
            checks.append(_checked(step, data.plan, rules))
    if state is None:
        raise ValueError("a directive has at least one step")
    last = checks[-1]
    return Lateness(
        at=at,
        recorded=_late(state, state.due_at, at),
        then=None if last.then is None else _late(state, last.then.due_at, at),
        today=None if last.today is None else _late(state, last.today.due_at, at),
        plans=tuple(checks),
    )


def _late(state: DirectiveState, due_at: datetime | None, at: datetime) -> bool:
    """Whether it is overdue at `at` if this is its deadline; a result counts by when it was reported."""
    reported = state.reported_at
    late = reported is not None and due_at is not None and reported >= due_at
    supposed = state.model_copy(update={"due_at": due_at, "late": late})
    return supposed.timeliness(at) is Timeliness.OVERDUE


def _checked(step: ReplayStep, plan: Plan, rules: Rules) -> PlanCheck:
    event = step.recorded.event
    generation = step.state.deadline_generation
    policy_then, policy_today = rules.policy_then(plan.policy_version), rules.policy_today(plan.policy_version)
    rebuilt = rules.calendar_then(plan.calendar_version)
    then = today = None
    if policy_then and rebuilt:
        then = _computed(plan, event.occurred_at, generation, policy_then, rebuilt.calendar)
    if policy_today:
        today = _computed(plan, event.occurred_at, generation, policy_today, rules.calendar)
    check = PlanCheck(
        version=event.stream_version,
        type=event.data.type,
        set_at=event.occurred_at,
        plan=plan,
        then=then,
        today=today,
        calendar_rebuilt=rebuilt.calendar.version if rebuilt else None,
    )
    calendar_then = rebuilt.calendar if rebuilt else None
    notes = [
        *_about_then(check, step, policy_then),
        *_about_today(check, policy_then, policy_today, calendar_then, rules),
    ]
    return replace(check, notes=tuple(notes))


def _computed(plan: Plan, at: datetime, generation: int, policy: Policy, calendar: WorkCalendar) -> Plan:
    """The plan from its basis. A deadline whose basis is an instant, or was not kept, is taken as it stands."""
    due_at = plan.due_at
    if due_at is not None and plan.basis is not None:
        due_at = due_by(plan.basis, policy, calendar) or due_at
    return plan_for(due_at, at, policy, calendar, generation=generation, basis=plan.basis)


def _about_then(check: PlanCheck, step: ReplayStep, policy: Policy | None) -> Iterator[Words]:
    plan = check.plan
    if policy is None:
        named = plan.policy_version
        yield f"bản ghi không có chính sách {named}", f"the record holds no policy {named}"
    if check.calendar_rebuilt is None:
        named = plan.calendar_version
        yield f"phiên bản lịch {named} không dựng lại được", f"the calendar {named} cannot be built again"
    elif check.calendar_rebuilt != plan.calendar_version:
        vi = f"sự kiện ghi lịch {plan.calendar_version}, nay chỉ dựng lại được {check.calendar_rebuilt}"
        en = f"the event names the calendar {plan.calendar_version}, what can be built now is {check.calendar_rebuilt}"
        yield f"{vi}: thư viện ngày nghỉ hoặc quyết định đã khác", f"{en}: the library or the decisions differ"
    if plan.due_at is not None and plan.basis is None:
        yield "sự kiện không ghi cơ sở của thời hạn", "the event does not say how the deadline was set"
    if plan.due_at is not None and isinstance(plan.basis, ExactBasis):
        yield "thời hạn là một thời điểm chính xác, không lịch nào dời", "an exact instant, which no calendar moves"
    if check.then is not None and check.then.due_at != plan.due_at:
        vi, en = _reason(step)
        computed, recorded = _due(check.then), _due(plan)
        yield (
            f"tính lại theo quy tắc khi đó ra {computed}, đã ghi {recorded}: {vi}",
            f"computed again by the rules of then it is {computed}, recorded {recorded}: {en}",
        )
    elif check.agrees is False:
        yield "có mốc nhắc tính lại khác mốc đã ghi", "some steps come out at other instants than were recorded"


def _reason(step: ReplayStep) -> Words:
    """Where a recorded deadline may rightly differ from the computation; else it has to be asked about."""
    if step.state.parent is not None:
        return "bị giới hạn hoặc được lấy theo thời hạn của nhiệm vụ cấp trên", "held to the deadline above it"
    if isinstance(step.recorded.event.data, DeadlineChanged):
        return (
            "khi lịch đổi, thời hạn không lùi về quá khứ và không ngắn hơn nhiệm vụ giao lại",
            "a changed calendar brings no deadline into the past nor below an open sub-directive's",
        )
    return "chưa giải thích được, cần làm rõ", "not explained, to be asked about"


def _about_today(
    check: PlanCheck,
    policy_then: Policy | None,
    policy_today: Policy | None,
    calendar_then: WorkCalendar | None,
    rules: Rules,
) -> Iterator[Words]:
    today = check.today
    if today is None:
        yield "chính sách này nay không còn", "there is no such policy any more"
        return
    base = check.then or check.plan
    if _instants(today, base) == _instants(base, base) and {*_steps(today)} == {*_steps(base)}:
        return
    if policy_then is not None and policy_today is not None:
        yield from policy_differences(policy_then, policy_today)
    if calendar_then is not None:
        days = [*_days(base), *_days(today)]
        yield from calendar_differences(calendar_then, rules.calendar, min(days), max(days))
    if today.due_at != base.due_at:
        now, before = _due(today), _due(base)
        yield f"theo quy tắc hiện nay hạn sẽ là {now}, không phải {before}", f"by today's rules due {now}, not {before}"
    elif today.due_at is not None:
        yield "hạn không đổi, các mốc nhắc khác đi", "the deadline is the same, the steps around it are not"


def _days(plan: Plan) -> Iterator[date]:
    """The days on which the instants of a plan depend."""
    if isinstance(plan.basis, CountedBasis):
        yield plan.basis.counted_from
    if isinstance(plan.basis, NamedDayBasis):
        yield plan.basis.day
    moments = (plan.due_at, plan.due_soon_at, *(step.due_at for step in plan.steps))
    yield from (last_day_of(moment) for moment in moments if moment is not None)


def _steps(plan: Plan) -> dict[str, PlannedStep]:
    """By name: the key without the generation."""
    return {step.key.partition(".")[2]: step for step in plan.steps}


def _instants(plan: Plan, like: Plan) -> object:
    """The instants of a plan, of the steps only those that `like` has too: what was taken already is not planned again."""
    wanted = _steps(like)
    steps = {name: step.due_at for name, step in _steps(plan).items() if name in wanted}
    return plan.due_at, plan.due_soon_at, steps


def _due(plan: Plan) -> str:
    return shown(plan.due_at) if plan.due_at else "không hạn"
