"""The normative process (quy trình chuẩn) of a directive under a policy: which event may follow where.

Derived from what the program decides by: the commands possible in each phase (domain/phases.py), and of the policy how results
are accepted, when work begins, whether anybody is reminded and told. What a command leads to is written down here a second
time, on purpose: an auditor's reading of it, which tests hold against what the decider does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.phases import POSSIBLE
from domain.policy import Policy
from domain.state import CLOSED_PHASES, RUNNING_PHASES, Phase

START, TO_BEGIN = "start", "to_begin"
REPORTED, APPROVED = "reported", "approved"
"""The two places of a result that waits: for the head of the unit, and for the issuer."""

COMMAND_EVENTS: dict[str, tuple[str, ...]] = {
    "acknowledge": ("DirectiveAcknowledged",),
    "assign-officer": ("OfficerAssigned",),
    "claim": ("OfficerAssigned",),
    "release": ("OfficerReleased",),
    "report-progress": ("ProgressReported",),
    "report-part": ("PartResultReported",),
    "request-extension": ("ExtensionRequested",),
    "grant-extension": ("ExtensionGranted",),
    "refuse-extension": ("ExtensionRefused",),
    "report-completion": ("CompletionReported",),
    "approve-completion": ("CompletionApproved",),
    "accept": ("CompletionAccepted",),
    "reject": ("CompletionRejected",),
    "decline": ("DirectiveDeclined",),
    "settle-decline": ("DeclineSettled",),
    "reassign": ("DirectiveReassigned",),
    "delegate": ("SubdirectiveIssued",),
    "suspend": ("DirectiveSuspended",),
    "resume": ("DirectiveResumed",),
    "withdraw": ("DirectiveWithdrawn",),
    "change-deadline": ("DeadlineChanged",),
    "comment": ("Commented",),
    "attach": ("FileAttached",),
}
"""What people's commands lead to first. What may follow in the same breath is possible by a command of its own as well."""

EVERYWHERE = ("SignalRefused", "NotificationSent", "NotificationFailed")
"""Of the system, in every phase and after the end."""
WHILE_OPEN = ("DeadlineChanged", "UnitsSucceeded", "SubdirectiveDeadlineChanged", "SubdirectiveClosed")
"""A changed calendar, ended units, and what is heard from below: until the directive ends."""

_TO_PHASE: dict[str, Phase] = {
    "DirectiveAcknowledged": Phase.IN_PROGRESS,
    "DirectiveBegun": Phase.IN_PROGRESS,
    "ProgressReported": Phase.IN_PROGRESS,
    "CompletionReported": Phase.AWAITING_ACCEPTANCE,
    "CompletionAccepted": Phase.COMPLETED,
    "CompletionRejected": Phase.IN_PROGRESS,
    "DirectiveWithdrawn": Phase.WITHDRAWN,
    "DirectiveReassigned": Phase.ISSUED,
}
"""Events that lead to a phase, wherever they happen. The others leave the directive where it is, but for those below."""
_STOPS: dict[str, Phase] = {"DirectiveSuspended": Phase.SUSPENDED, "DirectiveDeclined": Phase.DECLINED}
_GO_ON = ("DirectiveResumed", "DeclineSettled")
"""Back to where a stop took the directive from."""


@dataclass(frozen=True, order=True)
class Passage:
    """An event that may happen at one place of the process and leads to another, or to the same."""

    source: str
    event: str
    target: str


@dataclass(frozen=True)
class Process:
    """All passages under one policy. Places are phases; a stop knows what it interrupted, a waiting result who has it."""

    policy: str
    levels: int
    passages: tuple[Passage, ...]

    @cached_property
    def _after(self) -> Mapping[tuple[str, str], str]:
        return {(passage.source, passage.event): passage.target for passage in self.passages}

    @property
    def places(self) -> tuple[str, ...]:
        """The places, as they are first reached."""
        return tuple(dict.fromkeys((START, *(p.target for p in self.passages), *(p.source for p in self.passages))))

    def after(self, place: str, event: str) -> str | None:
        """Where `event` leads from `place`; None if it may not happen there."""
        return self._after.get((place, event))

    def possible(self, place: str) -> tuple[str, ...]:
        """The events that may happen at `place`."""
        return tuple(passage.event for passage in self.passages if passage.source == place)


def phase_of(place: str) -> Phase:
    """The phase that a place belongs to; what is about to begin counts as issued."""
    if place in (REPORTED, APPROVED):
        return Phase.AWAITING_ACCEPTANCE
    return Phase.ISSUED if place in (START, TO_BEGIN) else Phase(place.partition(".")[0])


def target(place: str, event: str, levels: int) -> str:
    """Where an event leads from a place, whether or not it may happen there."""
    if event == "CompletionReported":
        return REPORTED if levels == 2 else APPROVED
    if event == "CompletionApproved":
        return APPROVED
    if event in _TO_PHASE:
        return _TO_PHASE[event]
    if event in _STOPS:
        return f"{_STOPS[event]}.{place}"
    if event in _GO_ON:
        return place.partition(".")[2] or Phase.IN_PROGRESS
    return place


def normative(policy: Policy, *, pressing: Policy | None = None) -> Process:
    """The process of a directive issued under `policy`; `pressing` is the version its present deadline was planned under."""
    passages = dict.fromkeys(_passages(policy, pressing or policy))
    return Process(policy.label, policy.acceptance_levels, tuple(passages))


def _passages(policy: Policy, pressing: Policy) -> Iterator[Passage]:
    if policy.begins == "issued":
        yield Passage(START, "DirectiveIssued", TO_BEGIN)
        yield Passage(TO_BEGIN, "DirectiveBegun", Phase.IN_PROGRESS)
    else:
        yield Passage(START, "DirectiveIssued", Phase.ISSUED)
    for phase in Phase:
        for place in _places(phase, policy):
            for event in (*_by_people(phase, place), *_by_the_system(phase, pressing)):
                yield Passage(place, event, target(place, event, policy.acceptance_levels))


def _places(phase: Phase, policy: Policy) -> tuple[str, ...]:
    match phase:
        case Phase.AWAITING_ACCEPTANCE:
            return (REPORTED, APPROVED) if policy.acceptance_levels == 2 else (APPROVED,)
        case Phase.SUSPENDED:
            return tuple(f"{phase}.{before}" for before in Phase if "suspend" in POSSIBLE[before])
        case Phase.DECLINED:
            return tuple(f"{phase}.{before}" for before in Phase if "decline" in POSSIBLE[before])
        case _:
            return (phase,)


def _by_people(phase: Phase, place: str) -> Iterator[str]:
    for command in POSSIBLE[phase]:
        approves, accepts = command == "approve-completion", command == "accept"
        # A result is approved once, and accepted once it is: with one level its report counts as approved.
        if not (approves and place == APPROVED) and not (accepts and place == REPORTED):
            yield from COMMAND_EVENTS[command]


def _by_the_system(phase: Phase, pressing: Policy) -> Iterator[str]:
    yield from EVERYWHERE
    if phase not in CLOSED_PHASES:
        yield from WHILE_OPEN
    if phase is Phase.SUSPENDED:
        yield "DirectiveResumed"  # its end has come
    if phase in RUNNING_PHASES:
        yield "SubdirectiveIssued"
        yield "DeadlineMissed"
        if pressing.reminders:
            yield "ReminderDue"
        if pressing.escalations:
            yield "Escalated"
