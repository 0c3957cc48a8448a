"""A history read event by event: what stood before each. An auditor's own reading, apart from the fold of the program."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from audit.conformance.process import START, phase_of, target
from domain import events as e
from domain.event_values import Actor, Plan
from domain.events import Event
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.state import CLOSED_PHASES, RUNNING_PHASES, Phase


@dataclass(frozen=True)
class Entry:
    """An event with its global position."""

    position: int
    event: Event

    @property
    def moment(self) -> datetime:
        """When it took effect: a suspension that came to its own end ended then, however late that was noticed."""
        data = self.event.data
        ended = data.ended_at if isinstance(data, e.DirectiveResumed) else None
        return ended or self.event.occurred_at

    @property
    def people(self) -> frozenset[str]:
        """Who acted: the person, and the absent one in whose place."""
        actor = self.event.actor
        return frozenset(name for name in (actor.user, actor.on_behalf_of) if name)


@dataclass(frozen=True)
class History:
    """A directive's events, oldest first, and those of the directive above it, if there is one."""

    id: UUID
    entries: tuple[Entry, ...]
    above: "History | None" = None
    unreadable: int | None = None
    """The position of the first event whose bytes cannot be read; what follows it is left out."""

    @property
    def issued(self) -> e.DirectiveIssued | None:
        """How it was issued; None where the history does not begin with that."""
        data = self.entries[0].event.data if self.entries else None
        return data if isinstance(data, e.DirectiveIssued) else None


@dataclass(frozen=True)
class Below:
    """A sub-directive as the history above it knows it."""

    entry: Entry
    """The event that said so last."""
    due_at: datetime | None
    open: bool = True


@dataclass(frozen=True)
class Standing:
    """How a directive stands between two of its events."""

    place: str
    """In the normative process."""
    lead_unit: str
    coordinating: tuple[str, ...]
    informed: tuple[str, ...]
    former_leads: tuple[str, ...]
    officer: str | None
    issuer: Actor
    plan: Plan
    planned: Entry
    """The event that set the plan."""
    request: Entry | None = None
    """The request for more time that waits."""
    granted: tuple[Entry, ...] = ()
    report: Entry | None = None
    approval: Entry | None = None
    stop: Entry | None = None
    """The suspension or decline that lasts."""
    below: Mapping[UUID, Below] = field(default_factory=dict)

    @property
    def phase(self) -> Phase:
        """The phase."""
        return phase_of(self.place)

    @property
    def running(self) -> bool:
        """Whether the unit is at work, so that steps come due."""
        return self.phase in RUNNING_PHASES

    @property
    def closed(self) -> bool:
        """Whether the directive has ended."""
        return self.phase in CLOSED_PHASES

    @property
    def due_at(self) -> datetime | None:
        """The deadline in force."""
        return self.plan.due_at

    @property
    def issuing_unit(self) -> str:
        """The unit in whose name it was issued."""
        return self.issuer.over or self.lead_unit

    @property
    def open_below(self) -> tuple[Below, ...]:
        """The sub-directives that have not ended."""
        return tuple(one for one in self.below.values() if one.open)

    @property
    def decline(self) -> Entry | None:
        """The decline that waits to be settled."""
        return self.stop if self.stop and isinstance(self.stop.event.data, e.DirectiveDeclined) else None


@dataclass(frozen=True)
class Turn:
    """An event with how the directive stood before it, and before its whole command; `after` it, as it stood then."""

    entry: Entry
    before: Standing
    first: "Turn | None"
    """The first event of the same command; None if this is the first."""
    after: Standing

    @property
    def command_before(self) -> Standing:
        """How the directive stood when the command was decided."""
        return self.first.before if self.first else self.before


class Course:
    """A history that begins with its issue, read from there on. ValueError for any other."""

    def __init__(self, history: History, levels: int) -> None:
        """`levels` of acceptance, as the policy had it when the directive was issued."""
        self.history = history
        if history.issued is None:
            raise ValueError("the history does not begin with the issue of a directive")
        self.issued: e.DirectiveIssued = history.issued
        self.turns: tuple[Turn, ...] = tuple(self._read(levels))

    def _read(self, levels: int) -> Iterator[Turn]:
        standing = _issued(self.history.entries[0], self.issued)
        first: Turn | None = None
        for entry in self.history.entries:
            after = _after(standing, entry, levels)
            if first is not None and first.entry.event.command_id != entry.event.command_id:
                first = None
            turn = Turn(entry, standing, first, after)
            first = first or turn
            yield turn
            standing = after

    def of(self, *types: type[e.EventData]) -> Iterator[Turn]:
        """The turns with events of these classes."""
        return (turn for turn in self.turns if isinstance(turn.entry.event.data, types))

    @cached_property
    def above(self) -> "Course | None":
        """The course of the directive above, as far as it can be read."""
        above = self.history.above
        return Course(above, above.issued.acceptance_levels) if above is not None and above.issued else None

    @property
    def end(self) -> Standing:
        """How it stands after all."""
        return self.turns[-1].after

    def before_position(self, position: int) -> Standing | None:
        """How it stood at a position of the record; None before it was issued."""
        found = None
        for turn in self.turns:
            if turn.entry.position >= position:
                break
            found = turn.after
        return found


def _issued(entry: Entry, data: e.DirectiveIssued) -> Standing:
    return Standing(
        place=START,
        lead_unit=data.lead_unit,
        coordinating=data.coordinating_units,
        informed=data.informed_units,
        former_leads=(),
        officer=data.officer,
        issuer=entry.event.actor,
        plan=data.plan,
        planned=entry,
    )


def _after(standing: Standing, entry: Entry, levels: int) -> Standing:
    """The standing after an event; what an event that does not belong there says is taken at its word."""
    event = entry.event
    standing = _moved(standing, entry, levels)
    match event.data:
        case e.DeadlineChanged(plan=plan):
            return replace(standing, plan=plan, planned=entry)
        case e.ExtensionGranted(plan=plan):
            return replace(standing, plan=plan, planned=entry, request=None, granted=(*standing.granted, entry))
        case e.ExtensionRequested():
            return replace(standing, request=entry)
        case e.ExtensionRefused():
            return replace(standing, request=None)
        case e.CompletionReported():
            return replace(standing, report=entry, approval=None)
        case e.CompletionApproved():
            return replace(standing, approval=entry)
        case e.CompletionRejected():
            return replace(standing, report=None, approval=None)
        case e.DirectiveSuspended() | e.DirectiveDeclined():
            return replace(standing, stop=entry)
        case e.DirectiveResumed() | e.DeclineSettled():
            return replace(standing, stop=None)
        case e.CompletionAccepted() | e.DirectiveWithdrawn():
            return replace(standing, stop=None, request=None)
        case e.DirectiveReassigned(to_unit=to):
            return replace(
                standing,
                lead_unit=to,
                former_leads=(*standing.former_leads, standing.lead_unit),
                coordinating=tuple(unit for unit in standing.coordinating if unit != to),
                informed=tuple(unit for unit in standing.informed if unit != to),
                officer=None,
                request=None,
            )
        case e.UnitsSucceeded() as data:
            former = () if data.lead_unit == standing.lead_unit else (standing.lead_unit,)
            return replace(
                standing,
                lead_unit=data.lead_unit,
                former_leads=(*standing.former_leads, *former),
                coordinating=data.coordinating_units,
                informed=data.informed_units,
                officer=data.officer,
            )
        case OfficerAssigned(officer=officer):
            return replace(standing, officer=officer)
        case OfficerReleased():
            return replace(standing, officer=None)
        case (
            e.SubdirectiveIssued(subdirective=below, due_at=due_at)
            | e.SubdirectiveDeadlineChanged(subdirective=below, due_at=due_at)
        ):
            return replace(standing, below={**standing.below, below: Below(entry, due_at)})
        case e.SubdirectiveClosed(subdirective=below):
            known = standing.below.get(below)
            due_at = known.due_at if known else None
            return replace(standing, below={**standing.below, below: Below(entry, due_at, open=False)})
        case _:
            return standing


def _moved(standing: Standing, entry: Entry, levels: int) -> Standing:
    event = entry.event.data.type
    place = Phase.ISSUED if event == "DirectiveIssued" else target(standing.place, event, levels)
    return standing if place == standing.place else replace(standing, place=place)
