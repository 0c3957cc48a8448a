"""Random schedules through the pure core, fast: whatever anybody does whenever, checked at every step.

Like tests/domain/runs.py, but seeded instead of searched, and over months instead of seconds: ten thousand of them
pass through `decide` and `evolve` in every test run, a hundred thousand with `make schedules`.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from domain import commands as c
from domain import decider, evolve
from domain.calendar import WorkCalendar
from domain.decision import Elsewhere
from domain.event_values import Actor
from domain.events import Event, EventData
from domain.facts import Facts
from domain.files import UploadedFile
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.phases import POSSIBLE
from domain.policy import SourceKind, Urgency
from domain.refusals import Refusal
from domain.state import DirectiveState, Phase, StatusCell
from domain.terms import Settlement, StopCause
from tests.domain.district import district
from tests.domain.policies import default_policies
from tests.simulation.invariants import Life, require

YEAR = timedelta(days=365)
STARTS = 4000
"""How many different directives schedules begin with."""
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
FILES = tuple(UploadedFile(sha256=digit * 64, size=1, media_type="application/pdf") for digit in "ab")
FACTS = Facts(
    district(),
    {policy.code: policy for policy in default_policies()},
    WorkCalendar(),
    code="2026/0001",
    uploads={file.sha256: file for file in FILES},
)

_WAIVED = "Việc của phường không cản trở"
_UNITS = ("NV", "TNMT", "P-A", "P-B")
_DEADLINES = (*(c.Deadline(working_days=n) for n in (1, 3, 8, 15, 40)), c.Deadline(none_because="Chờ luật"))
ISSUES = tuple(
    c.IssueDirective(
        title="Rà soát hồ sơ",
        content="Rà soát, bổ sung hồ sơ",
        lead_unit=lead,
        coordinating_units=("TNMT",) if lead == "NV" else (),
        source=c.Source(kind=SourceKind.DISPATCH, higher_authority=higher),
        deadline=deadline,
        expected_result="Báo cáo",
        urgency=urgency,
    )
    for lead in ("NV", "P-A")
    for higher in (False, True)
    for deadline in _DEADLINES
    for urgency in (Urgency.THUONG, Urgency.THUONG, Urgency.KHAN, Urgency.HOA_TOC)
)
_COMMANDS: dict[str, tuple[c.Command, ...]] = {
    "acknowledge": (c.Acknowledge(),),
    "claim": (Claim(), Claim(start=True)),
    "release": (Release(reason="Quá tải"),),
    "assign-officer": (AssignOfficer(officer="cv-nv"), AssignOfficer(officer="tp-nv")),
    "report-progress": (c.ReportProgress(percent=20), c.ReportProgress(percent=70)),
    "report-part": (c.ReportPart(result="Xong phần việc"),),
    "report-completion": (c.ReportCompletion(result="Xong"), c.ReportCompletion(result="Xong", waive_open=_WAIVED)),
    "approve-completion": (c.ApproveCompletion(),),
    "accept": (c.Accept(), c.Accept(waive_open=_WAIVED)),
    "reject": (c.Reject(reason="Chưa đạt"),),
    "withdraw": (c.Withdraw(reason="Trùng", waive_open=_WAIVED),),
    "change-deadline": tuple(c.ChangeDeadline(deadline=deadline, reason="Thêm việc") for deadline in _DEADLINES),
    "comment": (c.Comment(text="Đã xem"),),
    "attach": tuple(c.Attach(sha256=file.sha256, file_name="Báo cáo.pdf") for file in FILES),
    "request-extension": tuple(c.RequestExtension(deadline=deadline, reason="Chờ") for deadline in _DEADLINES),
    "grant-extension": (c.GrantExtension(), c.GrantExtension(deadline=c.Deadline(working_days=30))),
    "refuse-extension": (c.RefuseExtension(reason="Gấp"),),
    "decline": (c.Decline(reason="Không thuộc thẩm quyền"),),
    "settle-decline": (
        c.SettleDecline(settlement=Settlement.SENT_BACK, reason="Đúng thẩm quyền"),
        c.SettleDecline(settlement=Settlement.UPHELD, reason="Sai thẩm quyền"),
        c.SettleDecline(settlement=Settlement.REASSIGNED, reason="Chuyển", lead_unit="TNMT"),
    ),
    "reassign": tuple(c.Reassign(lead_unit=unit, reason="Chuyển") for unit in _UNITS),
    "delegate": (c.Delegate(units=("P-A",)), c.Delegate(units=("P-A", "P-B"), deadline=c.Deadline(working_days=2))),
    "suspend": (c.Suspend(cause=StopCause.OTHER_BODY, reason="Chờ"), c.Suspend(cause=StopCause.FUNDING, reason="Chờ")),
    "resume": (c.Resume(),),
}
_USUAL = {
    "report-part": "tp-tnmt",
    **dict.fromkeys(("acknowledge", "assign-officer", "approve-completion", "decline", "request-extension"), "head"),
    **dict.fromkeys(("report-progress", "report-completion", "comment", "attach"), "worker"),
}
"""Who usually gives it; the chairman what is not named here."""
_HEADS = {"NV": "tp-nv", "TNMT": "tp-tnmt", "P-A": "ct-a", "P-B": "ct-b"}
_WORKERS = {"NV": "cv-nv", "TNMT": "cv-tnmt", "P-A": "ct-a", "P-B": "ct-b"}
_ANYONE = tuple(FACTS.directory.people)
_EVERY = tuple(_COMMANDS)


def _onward(state: DirectiveState) -> str:
    """What brings it nearer to its end."""
    match state.phase:
        case Phase.ISSUED:
            return "acknowledge"
        case Phase.IN_PROGRESS:
            return "report-completion"
        case Phase.AWAITING_ACCEPTANCE:
            return "accept" if state.approved else "approve-completion"
        case _:
            return "comment"


def drawn(random: Random, state: DirectiveState, at: datetime) -> tuple[str, c.Command]:
    """Who does what next: mostly what is possible and by whom it is usual."""
    if state.next_wakeup_at is not None and state.next_wakeup_at <= at and random.random() < 0.7:
        return c.SYSTEM_USER, c.Tick()
    name = random.choice(_EVERY if random.random() < 0.1 else POSSIBLE[state.phase])
    if random.random() < 0.4:
        name = _onward(state)
    if random.random() < 0.1:
        return random.choice(_ANYONE), random.choice(_COMMANDS[name])
    usual = _USUAL.get(name, "chu-tich")
    user = {"head": _HEADS, "worker": _WORKERS}.get(usual, {}).get(state.lead_unit, usual)
    return user, random.choice(_COMMANDS[name])


@cache
def _issued(number: int) -> tuple[Event, DirectiveState]:
    """One of the directives that schedules begin with: issuing is the dearest decision, and has no schedule yet."""
    random = Random(f"start {number}")
    at = START + timedelta(seconds=random.randrange(20_000_000))
    own_id = UUID(int=number)
    envelope = c.CommandEnvelope(
        command_id=own_id, directive_id=own_id, user="chu-tich", at=at, command=random.choice(ISSUES)
    )
    decided = decider.decide(None, envelope, FACTS)
    if isinstance(decided, Refusal):
        raise TypeError(f"the chairman can issue it: {decided}")
    event = _event(own_id, own_id, 1, at, decided.actor, decided.events[0])
    return event, evolve.evolve(None, event)


def _event(directive_id: UUID, command_id: UUID, version: int, at: datetime, actor: Actor, data: EventData) -> Event:
    return Event(
        event_id=command_id,
        directive_id=directive_id,
        stream_version=version,
        command_id=command_id,
        occurred_at=at,
        recorded_at=at,
        actor=actor,
        data=data,
    )


@dataclass
class Result:
    """What came of some schedules."""

    schedules: int = 0
    lived: timedelta = timedelta()
    """The time that all their directives were open, added up."""
    commands: int = 0
    refused: int = 0
    events: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    issued: int = 0

    @property
    def years(self) -> float:
        """Directive-years."""
        return self.lived / YEAR

    def add(self, other: "Result") -> None:
        """Take in the result of others."""
        self.schedules += other.schedules
        self.lived += other.lived
        self.commands += other.commands
        self.refused += other.refused
        self.events += other.events
        self.cells += other.cells
        self.issued += other.issued


def run(seeds: range) -> Result:
    """One schedule a seed; Violation at the first that breaks an invariant."""
    result = Result()
    for seed in seeds:
        _Schedule(Random(seed), result).play()
    six = sum(result.cells[cell] for cell in StatusCell if cell is not StatusCell.WITHDRAWN)
    require(six + result.cells[StatusCell.WITHDRAWN] == result.issued, "the totals do not add up")
    return result


class _Schedule:
    """A directive and what is delegated from it, with acts of anybody at random instants in order."""

    def __init__(self, random: Random, result: Result) -> None:
        self._random = random
        self._result = result
        self._at = START
        self._states: dict[UUID, DirectiveState] = {}
        self._lives: dict[UUID, Life] = {}
        self._number = STARTS

    def play(self) -> None:
        issued, state = _issued(self._random.randrange(STARTS))
        root, self._at = state.id, state.issued_at
        self._states[root] = state
        self._lives[root] = Life(issued)
        self._lives[root].took(issued, state)
        for _ in range(self._random.randrange(1, 8)):
            self._at += timedelta(seconds=int(self._random.expovariate(1 / 1_000_000)))
            state = self._states[self._random.choice((*self._states, root, root))]
            user, command = drawn(self._random, state, self._at)
            self._give(state.id, user, command)
        self._conclude()

    def _give(self, directive_id: UUID, user: str, command: c.Command) -> None:
        state = self._states.get(directive_id)
        envelope = c.CommandEnvelope(
            command_id=self._id(), directive_id=directive_id, user=user, at=self._at, command=command
        )
        parent = self._states.get(state.parent) if state is not None and state.parent else None
        decision = decider.decide(state, envelope, replace(FACTS, parent=parent) if parent else FACTS)
        self._result.commands += 1
        if isinstance(decision, Refusal):
            self._result.refused += 1
            return
        own = Elsewhere(directive_id, envelope.command_id, state, decision.events)
        for part in (*decision.elsewhere, own):
            self._fold(part, decision.actor)

    def _fold(self, part: Elsewhere, actor: Actor) -> None:
        state = part.state
        for data in part.events:
            version = state.version + 1 if state else 1
            event = _event(part.directive_id, part.command_id, version, self._at, actor, data)
            state = evolve.evolve(state, event)
            life = self._lives.get(part.directive_id)
            if life is None:
                life = self._lives[part.directive_id] = Life(event)
            life.took(event, state)
        if state is not None:
            self._states[part.directive_id] = state

    def _conclude(self) -> None:
        """A last look at all, also long after."""
        for state in self._states.values():
            life = self._lives[state.id]
            for moment in (self._at, self._at + YEAR):
                life.stands(state, moment)
            self._result.lived += (state.closed_at or self._at) - state.issued_at
            self._result.events += state.version
            self._result.cells[state.status_cell(self._at)] += 1
            self._result.issued += 1
            for child in state.subdirectives:
                life.knows(child, self._states[child.id], state)
        self._result.schedules += 1

    def _id(self) -> UUID:
        self._number += 1
        return UUID(int=self._number)
