"""The command that carries out an act, and who gives it; nothing if the directive has gone another way meanwhile."""

from datetime import datetime

from domain import commands as c
from domain.instants import local
from domain.ledgers import ExtensionStatus
from domain.officer_commands import AssignOfficer
from domain.state import RUNNING_PHASES, DirectiveState, Phase
from domain.terms import Settlement, StopCause
from simulation.case import Act, Case, Planned, World
from simulation.chances import chosen, drawn
from simulation.matters import drawn_matter

Given = tuple[str, c.Command]
"""The username, and the command."""

WAIVED = "Việc của phường không cản trở kết quả chung"


def given(case: Case, planned: Planned, world: World) -> Given | None:
    """Who gives which command to carry out what was planned."""
    state = case.state
    if planned.act is Act.ISSUE:
        return _issue(case, planned.at, world)
    if state is None or state.closed:
        return None
    issuer, running = state.issuer.user, state.phase in RUNNING_PHASES
    match planned.act:
        case Act.TICK:
            return (c.SYSTEM_USER, c.Tick()) if state.next_wakeup_at == planned.at else None
        case Act.TAKE_ON:
            return _take_on(case, state, world) if state.phase is Phase.ISSUED else None
        case Act.ASSIGN:
            officer = world.office.officer(state.lead_unit, case.chances.of("officer"))
            fits = running and officer not in (None, state.officer)
            return (world.office.head(state.lead_unit), AssignOfficer(officer=officer or "")) if fits else None
        case Act.PROGRESS:
            if state.phase is not Phase.IN_PROGRESS or case.progress_at != planned.at:
                return None
            return _worker(state, world), c.ReportProgress(percent=_percent(case, planned.at), note="Đang thực hiện")
        case Act.COMMENT:
            return (_worker(state, world), c.Comment(text="Đề nghị các bên cung cấp tài liệu")) if running else None
        case Act.PART:
            if planned.unit not in state.coordinating_units or state.phase is Phase.DECLINED:
                return None
            return world.office.head(planned.unit), c.ReportPart(unit=planned.unit, result="Đã xong phần phối hợp")
        case Act.ASK_FOR_TIME:
            asks = running and state.due_at is not None and state.pending_extension is None
            return _more_time(case, state, planned.at, world) if asks else None
        case Act.DECIDE_ON_TIME:
            return (issuer, _decided_time(case, world)) if _time_is_asked(state) else None
        case Act.FINISH:
            fits = state.phase is Phase.IN_PROGRESS and case.finish_at == planned.at
            return _finish(case, state, world) if fits else None
        case Act.APPROVE:
            fits = state.phase is Phase.AWAITING_ACCEPTANCE and not state.approved
            return (world.office.head(state.lead_unit), c.ApproveCompletion()) if fits else None
        case Act.DECIDE_ON_RESULT:
            fits = state.phase is Phase.AWAITING_ACCEPTANCE and state.approved
            return (issuer, _decided_result(case, state, world)) if fits else None
        case Act.SETTLE_DECLINE:
            return (issuer, _settled(case, state, world)) if state.phase is Phase.DECLINED else None
        case Act.SUSPEND:
            stop = c.Suspend(cause=StopCause.OTHER_BODY, reason="Chờ ý kiến của Sở", waits_on="Sở chuyên ngành")
            return (issuer, stop) if running else None
        case Act.RESUME:
            return (issuer, c.Resume()) if state.phase is Phase.SUSPENDED else None
        case Act.REASSIGN:
            unit = _another(case, state, world)
            return (issuer, c.Reassign(lead_unit=unit, reason="Đúng chức năng hơn")) if running and unit else None
        case Act.WITHDRAW:
            waives = WAIVED if state.open_subdirectives else None
            return issuer, c.Withdraw(reason="Không còn phù hợp", waive_open=waives)
        case Act.DELEGATE:
            return _delegate(case, state, planned.at, world) if running else None


def _issue(case: Case, at: datetime, world: World) -> Given:
    assigning, random = world.behaviour.assigning, case.chances.of("issue")
    weights = {unit.code: assigning.lead.get(unit.kind, 0.0) for unit in world.office.leads}
    lead = chosen(random, weights) if any(weights.values()) else random.choice([*weights])
    urgency = chosen(random, assigning.urgencies)
    days = max(1, round(drawn(random, assigning.deadlines[urgency])))
    title, content, result = drawn_matter(random)
    others = [unit for unit in weights if unit != lead]
    beside = random.sample(others, min(random.randint(1, 3), len(others)))
    officer = world.office.officer(lead, random)
    source = c.Source(
        kind=chosen(random, assigning.sources),
        number=f"{random.randint(1, 400)}/MP-UBND",
        issued_on=local(at).date(),
        higher_authority=random.random() < assigning.higher_authority,
    )
    open_ended = random.random() < assigning.without_deadline
    command = c.IssueDirective(
        title=title,
        content=content,
        source=source,
        lead_unit=lead,
        coordinating_units=tuple(beside) if random.random() < assigning.coordinating else (),
        officer=officer if random.random() < assigning.officer_named else None,
        deadline=c.Deadline(none_because="Việc thường xuyên") if open_ended else c.Deadline(working_days=days),
        expected_result=result,
        urgency=urgency,
    )
    return world.office.leader(lead, random), command


def _take_on(case: Case, state: DirectiveState, world: World) -> Given:
    head = world.office.head(state.lead_unit)
    declines = case.chances.happens("decline", world.behaviour.taking_on.declined)
    if declines and not state.open_subdirectives:
        return head, c.Decline(reason="Không thuộc thẩm quyền của đơn vị")
    return head, c.Acknowledge()


def _worker(state: DirectiveState, world: World) -> str:
    return state.officer or world.office.head(state.lead_unit)


def _percent(case: Case, at: datetime) -> int:
    if case.began_at is None or case.finish_at is None or case.finish_at <= case.began_at:
        return 50
    return min(95, int(100 * (at - case.began_at) / (case.finish_at - case.began_at)))


def _more_time(case: Case, state: DirectiveState, at: datetime, world: World) -> Given:
    left = world.calendar.working_days_between(local(at).date(), local(state.due_at or at).date())
    days = left + max(1, round(drawn(case.chances.of("more time"), world.behaviour.extending.more)))
    asked = c.RequestExtension(deadline=c.Deadline(working_days=days), reason="Chờ số liệu của các đơn vị")
    return world.office.head(state.lead_unit), asked


def _time_is_asked(state: DirectiveState) -> bool:
    decidable = state.phase in RUNNING_PHASES or state.phase is Phase.AWAITING_ACCEPTANCE
    return decidable and any(extension.status is ExtensionStatus.PENDING for extension in state.extensions)


def _decided_time(case: Case, world: World) -> c.Command:
    if case.chances.happens("more time granted", world.behaviour.extending.granted):
        return c.GrantExtension()
    return c.RefuseExtension(reason="Việc không thể chậm hơn")


def _finish(case: Case, state: DirectiveState, world: World) -> Given | None:
    waives = None
    if state.open_subdirectives:
        if case.chances.happens("waits for wards", world.behaviour.turning.waits_for_wards):
            case.awaits_wards, case.finish_at = True, None
            return None
        waives = WAIVED
    in_person = case.chances.happens("head reports", world.behaviour.working.by_head)
    by = world.office.head(state.lead_unit) if in_person else _worker(state, world)
    return by, c.ReportCompletion(result="Đã hoàn thành, có văn bản kèm theo", waive_open=waives)


def _decided_result(case: Case, state: DirectiveState, world: World) -> c.Command:
    if case.chances.happens("rejected", world.behaviour.accepting.rejected):
        return c.Reject(reason="Kết quả chưa đủ số liệu")
    return c.Accept(waive_open=WAIVED if state.open_subdirectives else None)


def _settled(case: Case, state: DirectiveState, world: World) -> c.Command:
    turning, drawn_share = world.behaviour.turning, case.chances.of("settlement").random()
    if drawn_share < turning.decline_upheld:
        return c.SettleDecline(settlement=Settlement.UPHELD, reason="Đúng là không thuộc thẩm quyền")
    unit = _another(case, state, world)
    if unit is None or drawn_share < turning.decline_upheld + turning.decline_sent_back:
        return c.SettleDecline(settlement=Settlement.SENT_BACK, reason="Thuộc thẩm quyền của đơn vị")
    return c.SettleDecline(settlement=Settlement.REASSIGNED, reason="Chuyển đúng thẩm quyền", lead_unit=unit)


def _another(case: Case, state: DirectiveState, world: World) -> str | None:
    """Another unit that the issuer may give it to."""
    taken = (state.lead_unit, *state.above)
    units = [
        u.code for u in world.office.leads if u.code not in taken and world.office.leads_to(state.issuer.user, u.code)
    ]
    return case.chances.of("another unit").choice(units) if units else None


def _delegate(case: Case, state: DirectiveState, at: datetime, world: World) -> Given | None:
    wards = [
        ward for ward in world.office.wards_under(state.issuer.user) if ward not in (state.lead_unit, *state.above)
    ]
    if not wards or (state.due_at is not None and state.due_at <= at):
        return None
    random = case.chances.of("wards")
    count = min(len(wards), max(1, round(drawn(random, world.behaviour.turning.wards))))
    return state.issuer.user, c.Delegate(units=tuple(sorted(random.sample(wards, count))))
