"""The language of the domain's tests: given what happened, when a command comes, then this happens or it is refused.

    given(issued(), acknowledged()).when(ReportProgress(percent=40)).then(ProgressReported(percent=40))
    given(issued()).when(Accept(), by="tp-nv").then_refused(Code.NOT_PERMITTED, user="tp-nv")

- `given` takes happenings (`happenings.py` has one factory for each event) and numbers them as one directive.
- `when` takes a command, the username it comes from and when: an instant or seconds after START. Left out, it comes
  from the one who usually gives it, at the moment of the last event.
- `then` compares all that happens except whom it informs, `then_told` whom the first event informs.
  `then_refused` wants the code and, of the parameters, those that are named.
- Each accepted outcome gives the story that goes on: `….then(…).when(…)`. `story.now` is the directive's state.

The district, its people and the policies stand in `district.py` and `policies.py`; hand `given` other `facts` to
change them.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain.calendar import WorkCalendar
from domain.commands import SYSTEM_USER, Command, CommandEnvelope
from domain.decider import decide
from domain.decision import Decided, Decision
from domain.directory import Directory
from domain.event_values import SYSTEM, Actor
from domain.events import Event, EventData
from domain.evolve import evolve
from domain.facts import Facts
from domain.files import UploadedFile
from domain.refusals import Code, Refusal
from domain.state import DirectiveState
from tests.domain.clock import START, Moment, instant
from tests.domain.district import district
from tests.domain.policies import POLICIES

DIRECTIVE = UUID("00000000-0000-5000-8000-000000000001")
CALENDAR = WorkCalendar()
UPLOADED = UploadedFile(sha256="0f" * 32, size=12_345, media_type="application/pdf")
FACTS = Facts(
    directory=district(), policies=POLICIES, calendar=CALENDAR, code="2026/0123", uploads={UPLOADED.sha256: UPLOADED}
)

USUALLY_BY = {
    "issue": "chu-tich",
    "acknowledge": "tp-nv",
    "assign-officer": "tp-nv",
    "claim": "cv-nv",
    "release": "cv-nv",
    "report-progress": "cv-nv",
    "report-completion": "cv-nv",
    "approve-completion": "tp-nv",
    "accept": "chu-tich",
    "reject": "chu-tich",
    "withdraw": "chu-tich",
    "change-deadline": "chu-tich",
    "comment": "tp-nv",
    "attach": "tp-nv",
    "report-part": "tp-tnmt",
    "request-extension": "tp-nv",
    "grant-extension": "chu-tich",
    "refuse-extension": "chu-tich",
    "decline": "tp-nv",
    "settle-decline": "chu-tich",
    "reassign": "chu-tich",
    "delegate": "chu-tich",
    "suspend": "chu-tich",
    "resume": "chu-tich",
    "tick": SYSTEM_USER,
    "record-delivery": SYSTEM_USER,
    "record-signal-refusal": SYSTEM_USER,
    "follow-successors": SYSTEM_USER,
    "reproject": SYSTEM_USER,
}


@dataclass(frozen=True)
class Happened:
    """An event with who did it and when; None takes the moment of the event before."""

    data: EventData
    by: str = SYSTEM_USER
    at: Moment | None = None


@dataclass(frozen=True)
class Story:
    """A directive so far, and the facts around it."""

    facts: Facts
    events: tuple[Event, ...] = ()
    state: DirectiveState | None = None

    @property
    def now(self) -> DirectiveState:
        """The state of the directive, which must have been issued."""
        assert self.state is not None
        return self.state

    def goes_on(self, data: EventData, actor: Actor, at: datetime) -> "Story":
        """The story with one more event."""
        version = len(self.events) + 1
        event = Event(
            event_id=uuid5(DIRECTIVE, f"event {version}"),
            directive_id=DIRECTIVE,
            stream_version=version,
            command_id=uuid5(DIRECTIVE, f"command {version}"),
            occurred_at=at,
            recorded_at=at,
            actor=actor,
            data=data,
        )
        return replace(self, events=(*self.events, event), state=evolve(self.state, event))

    def when(
        self, command: Command, by: str | None = None, at: Moment | None = None, expected_version: int | None = None
    ) -> "Outcome":
        """What comes of `command`."""
        envelope = CommandEnvelope(
            command_id=uuid5(DIRECTIVE, f"command {len(self.events) + 1}"),
            directive_id=DIRECTIVE,
            user=by or USUALLY_BY[command.name],
            at=self._last if at is None else instant(at),
            expected_version=expected_version,
            command=command,
        )
        return Outcome(self, envelope, decide(self.state, envelope, self.facts))

    @property
    def _last(self) -> datetime:
        return self.events[-1].occurred_at if self.events else START


@dataclass(frozen=True)
class Outcome:
    """The answer to a command, with the story that it came into."""

    before: Story
    envelope: CommandEnvelope
    decision: Decision

    def then(self, *expected: EventData) -> Story:
        """Exactly `expected` happens, in this order; whom it informs is left to `then_told`."""
        assert [_but_informs(data) for data in self.decided.events] == [_but_informs(data) for data in expected]
        return self.accepted()

    def then_above(self, *expected: EventData) -> Self:
        """The directive above, if its state is among the facts, records exactly `expected`."""
        parent = self.before.facts.parent
        heard = [part for part in self.decided.elsewhere if parent is not None and part.directive_id == parent.id]
        assert [_but_informs(data) for part in heard for data in part.events] == [_but_informs(e) for e in expected]
        return self

    def then_nothing(self) -> Story:
        """The command is accepted and there is nothing to do."""
        return self.then()

    def then_told(self, *usernames: str) -> Self:
        """The first event that happens informs exactly these people, in any order, each once."""
        told = self.decided.events[0].informs
        assert sorted(told) == sorted(usernames)
        return self

    def then_refused(self, code: Code, **params: str | tuple[str, ...]) -> Refusal:
        """The command is refused with `code`; of the parameters, those named here have these values."""
        assert isinstance(self.decision, Refusal), f"accepted: {self.decision}"
        assert self.decision.code is code, self.decision
        assert {key: self.decision.params.get(key) for key in params} == params
        assert self.decision.message("vi") != self.decision.message("en")
        return self.decision

    def accepted(self) -> Story:
        """The story after the command, whatever happened by it."""
        story = self.before
        for data in self.decided.events:
            story = story.goes_on(data, self.decided.actor, self.envelope.at)
        return story

    @property
    def decided(self) -> Decided:
        """The acceptance of the command."""
        assert isinstance(self.decision, Decided), f"refused: {self.decision}"
        return self.decision


def given(*happened: Happened, facts: Facts = FACTS) -> Story:
    """A directive to which all this has happened, in this order."""
    story, last = Story(facts), START
    for happening in happened:
        last = last if happening.at is None else instant(happening.at)
        story = story.goes_on(happening.data, _actor(happening.by, facts.directory), last)
    return story


def _actor(username: str, directory: Directory) -> Actor:
    if username == SYSTEM_USER:
        return SYSTEM
    person = directory.people[username]
    grant = person.roles[0]
    return Actor(user=username, name=person.full_name, unit=person.unit, role=grant.role, over=grant.unit)


def _but_informs(data: EventData) -> EventData:
    return data.model_copy(update={"informs": ()})
