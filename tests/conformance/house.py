"""A house whose record is kept in memory: real commands through the recorder's own rules, the clock never late."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from activities.ruling import rule
from audit.conformance.book import Adopted, MailSpan, Rulebook, Windows
from audit.conformance.course import Entry, History
from domain.calendar import WorkCalendar
from domain.commands import SYSTEM_USER, Command, CommandEnvelope, Delivered, IssueDirective, RecordDelivery, Tick
from domain.directory import Directory
from domain.facts import Facts
from domain.policy import Policy
from domain.refusals import Refusal
from domain.state import DirectiveState
from storage.store import Commit
from tests.domain.clock import START, Moment, instant
from tests.domain.happenings import order
from tests.domain.spec import FACTS, USUALLY_BY

_NAMESPACE = UUID("00000000-0000-5000-8000-00000000c0f0")
AT_ONCE = Windows(step=timedelta(seconds=1), notice=timedelta(seconds=1), clock=timedelta(0))
"""The house's clock is exact, so its verdicts can be."""


class Refused(AssertionError):
    """A command that the story counts on was refused."""


class House:
    """Directives by their ids, and all their events in one order. Facts may change on the way, as a record's do."""

    def __init__(self, facts: Facts = FACTS) -> None:
        self.facts = facts
        self.states: dict[UUID, DirectiveState] = {}
        self.entries: dict[UUID, list[Entry]] = {}
        self.position = self.commands = self.numbers = 0
        self.now = START
        self._policies = [Adopted(policy) for policy in facts.policies.values()]
        self._calendars: list[tuple[int, WorkCalendar]] = [(0, facts.calendar)]
        self._directories: list[tuple[int, Directory]] = [(0, facts.directory)]

    # what happens

    def issue(self, by: str = "chu-tich", at: Moment = 0, **changes: object) -> UUID:
        """Somebody issues the usual directive with changes; its id."""
        return self.issue_as(order(**changes), by, at)

    def issue_as(self, command: IssueDirective, by: str = "chu-tich", at: Moment | None = None) -> UUID:
        """Somebody issues exactly this; its id."""
        directive_id = uuid5(_NAMESPACE, f"directive {self.commands}")
        self.give(directive_id, command, by, at)
        return directive_id

    def give(
        self, directive_id: UUID, command: Command, by: str | None = None, at: Moment | None = None
    ) -> list[Entry]:
        """A command, after everything that comes due before it; what it led to on its directive. Refused if it was refused."""
        if at is not None:
            self.pass_time(at)
        outcome = self.try_to(directive_id, command, by or USUALLY_BY[command.name])
        if isinstance(outcome, Refusal):
            raise Refused(f"{command.name} by {by}: {outcome}")
        return outcome

    def try_to(self, directive_id: UUID, command: Command, by: str) -> list[Entry] | Refusal:
        """The same now, whatever comes of it."""
        self.commands += 1
        envelope = CommandEnvelope(
            command_id=uuid5(_NAMESPACE, f"command {self.commands}"),
            directive_id=directive_id,
            user=by,
            at=self.now,
            command=command,
        )
        state = self.states.get(directive_id)
        parent = state.parent if state else getattr(command, "parent", None)
        facts = replace(self.facts, parent=self.states.get(parent)) if parent else self.facts
        ruling = rule(envelope, state, facts, self.now)
        if isinstance(ruling, Refusal):
            return ruling
        codes = {issued: self._number() for issued in ruling.issues}
        commits = ruling.numbered(codes).commits()
        kept = [entry for commit in commits for entry in self._keep(commit)]
        return [entry for entry in kept if entry.event.directive_id == directive_id]

    def pass_time(self, until: Moment) -> None:
        """The clock goes on, and everything comes due at its instant."""
        while (due := self._next_due()) is not None and due[0] <= instant(until):
            self.now = max(self.now, due[0])
            if not self.try_to(due[1], Tick(), SYSTEM_USER):
                break
        self.now = max(self.now, instant(until))

    def mail(self, directive_id: UUID, entry: Entry, *recipients: str) -> Entry:
        """The mail on an event has gone out to these people."""
        delivered = tuple(
            Delivered(recipient=r, event_id=entry.event.event_id, message_id=f"<{r}>") for r in recipients
        )
        return self.give(directive_id, RecordDelivery(channel="email", delivered=delivered))[0]

    def adopt(self, policy: Policy) -> None:
        """A new version of a policy is in force from here on."""
        self.position += 1
        self._policies.append(Adopted(policy, self.position))
        versions = {**self.facts.policies, **self.facts.policy_versions, policy.label: policy}
        versions |= {held.label: held for held in self.facts.policies.values()}
        self.facts = replace(
            self.facts, policies={**self.facts.policies, policy.code: policy}, policy_versions=versions
        )

    def decide_days(self, calendar: WorkCalendar) -> None:
        """Another calendar is in force from here on."""
        self.position += 1
        self._calendars.append((self.position, calendar))
        self.facts = replace(self.facts, calendar=calendar)

    def reorganise(self, directory: Directory) -> None:
        """Another directory is known from here on."""
        self.position += 1
        self._directories.append((self.position, directory))
        self.facts = replace(self.facts, directory=directory)

    # what is read of it

    def history(self, directive_id: UUID) -> History:
        """The history of a directive, with that of the one above."""
        entries = tuple(self.entries[directive_id])
        parent = self.states[directive_id].parent
        return History(directive_id, entries, self.history(parent) if parent in self.entries else None)

    def histories(self) -> Iterator[History]:
        """All of them."""
        return map(self.history, self.entries)

    def book(self, *, as_of: datetime | None = None, mail: Mapping[str, MailSpan] | None = None) -> Rulebook:
        """The rulebook of this house, as it has changed; read up to now unless said otherwise."""
        held = self._policies, self._calendars, self._directory_at
        return Rulebook(*held, as_of or self.now, mail=mail, windows=AT_ONCE)

    def _directory_at(self, position: int, _: date) -> Directory:
        return next(held for since, held in reversed(self._directories) if since < position)

    def _next_due(self) -> tuple[datetime, UUID] | None:
        due = ((state.next_wakeup_at, state.id) for state in self.states.values())
        return min(((at, one) for at, one in due if at is not None), default=None)

    def _number(self) -> str:
        self.numbers += 1
        return f"2026/{self.numbers:04}"

    def _keep(self, commit: Commit) -> Iterator[Entry]:
        self.states[commit.directive_id] = commit.state
        for event in commit.events:
            self.position += 1
            entry = Entry(self.position, event)
            self.entries.setdefault(commit.directive_id, []).append(entry)
            yield entry
