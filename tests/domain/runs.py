"""Random courses of a directive: what people and the clock do to it, at random moments in order, refusals among it."""

from datetime import timedelta

from hypothesis import strategies as st

from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    Attach,
    ChangeDeadline,
    Command,
    Comment,
    Deadline,
    Decline,
    Delegate,
    Delivered,
    GrantExtension,
    Reassign,
    RecordDelivery,
    RecordSignalRefusal,
    RefuseExtension,
    Reject,
    ReportCompletion,
    ReportPart,
    ReportProgress,
    RequestExtension,
    Resume,
    SettleDecline,
    Suspend,
    Tick,
    Withdraw,
)
from domain.decision import Decided
from domain.events import EventData
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.phases import POSSIBLE, SYSTEM_COMMANDS
from domain.state import Phase
from domain.terms import Choice, Settlement, StopCause
from tests.domain.clock import instant
from tests.domain.district import PEOPLE
from tests.domain.happenings import order
from tests.domain.policies import ONE_LEVEL, SECONDS
from tests.domain.spec import DIRECTIVE, UPLOADED, USUALLY_BY, Outcome, Story, given

_DELIVERY = RecordDelivery(
    channel="email", delivered=(Delivered(recipient="tp-nv", event_id=DIRECTIVE, message_id="<1@quan.example>"),)
)
_SIGNAL = RecordSignalRefusal(
    refused_command="accept", refused_command_id=DIRECTIVE, refused_user="tp-nv", code="not_permitted"
)


class Course:
    """What came of some commands: each outcome, and the story at the end."""

    # No dataclass: of one, hypothesis prints every field down to the last policy.
    def __init__(self, outcomes: tuple[Outcome, ...], end: Story) -> None:
        self.outcomes, self.end = outcomes, end

    def __repr__(self) -> str:
        """The commands alone: what a falsifying example has to show."""
        said = (outcome.envelope for outcome in self.outcomes)
        return "; ".join(f"{e.at:%H:%M:%S} {e.user} {e.command!r}" for e in said)

    @property
    def happened(self) -> tuple[EventData, ...]:
        """Everything that happened, in order."""
        return tuple(event.data for event in self.end.events)


_gaps = st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(seconds=6)))
_deadlines = st.one_of(
    st.integers(1, 60).map(lambda second: Deadline(at=instant(second))),
    st.just(Deadline(none_because="Chờ luật")),
    st.just(Deadline(working_days=1)),
)
_waivers = st.sampled_from((None, "Việc của phường không cản trở"))
_units = st.sampled_from(("NV", "TNMT", "P-A", "P-B", "XX"))
_settlements = st.one_of(
    st.just(SettleDecline(settlement=Settlement.SENT_BACK, reason="Đúng thẩm quyền")),
    st.just(SettleDecline(settlement=Settlement.UPHELD, reason="Sai thẩm quyền")),
    st.builds(SettleDecline, settlement=st.just(Settlement.REASSIGNED), reason=st.just("Chuyển"), lead_unit=_units),
)
_officers = st.sampled_from(("cv-nv", "tp-nv", "cv-tnmt"))
_commands: dict[str, st.SearchStrategy[Command]] = {
    "acknowledge": st.just(Acknowledge()),
    "assign-officer": st.one_of(
        _officers.map(lambda officer: AssignOfficer(officer=officer)),
        st.sampled_from(Choice).map(lambda rule: AssignOfficer(choose=rule, start=True)),
    ),
    "claim": st.booleans().map(lambda start: Claim(start=start)),
    "release": st.just(Release(reason="Quá tải")),
    "report-progress": st.integers(0, 100).map(lambda percent: ReportProgress(percent=percent)),
    "report-completion": _waivers.map(lambda why: ReportCompletion(result="Xong", waive_open=why)),
    "approve-completion": st.just(ApproveCompletion()),
    "accept": _waivers.map(lambda why: Accept(waive_open=why)),
    "reject": st.just(Reject(reason="Chưa đạt")),
    "withdraw": _waivers.map(lambda why: Withdraw(reason="Trùng", waive_open=why)),
    "change-deadline": _deadlines.map(lambda deadline: ChangeDeadline(deadline=deadline, reason="Thêm việc")),
    "comment": st.sampled_from((Comment(text="Đã xem"), Comment(text="Tối mật"))),
    "report-part": st.just(ReportPart(result="Xong phần việc")),
    "request-extension": _deadlines.map(lambda deadline: RequestExtension(deadline=deadline, reason="Chờ số liệu")),
    "grant-extension": st.one_of(st.none(), _deadlines).map(lambda deadline: GrantExtension(deadline=deadline)),
    "refuse-extension": st.just(RefuseExtension(reason="Việc gấp")),
    "decline": st.just(Decline(reason="Không thuộc thẩm quyền")),
    "settle-decline": _settlements,
    "reassign": _units.map(lambda unit: Reassign(lead_unit=unit, reason="Đúng chức năng")),
    "delegate": st.lists(_units, min_size=1, max_size=2).map(lambda units: Delegate(units=tuple(units))),
    "suspend": st.one_of(st.none(), st.integers(1, 60).map(instant)).map(
        lambda until: Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn", until=until)
    ),
    "resume": st.just(Resume()),
    "attach": st.sampled_from(("Báo cáo.pdf", "Phụ lục.pdf", "Tối mật.pdf")).map(
        lambda name: Attach(sha256=UPLOADED.sha256, file_name=name)
    ),
    "issue": st.just(order()),
    "tick": st.just(Tick()),
    "record-delivery": st.just(_DELIVERY),
    "record-signal-refusal": st.just(_SIGNAL),
}
_ANY = (*_commands,)
_anyone = st.sampled_from((*(person.username for person in PEOPLE), "nguoi-la"))


@st.composite
def _starts(draw: st.DrawFn) -> Story:
    due = draw(st.integers(0, 20))
    policy = draw(st.sampled_from((SECONDS, SECONDS, ONE_LEVEL)))
    deadline = Deadline(at=instant(due)) if due else Deadline(none_because="Thường xuyên")
    return given().when(order(deadline=deadline, policy=policy.code, officer=None)).accepted()


@st.composite
def _courses(draw: st.DrawFn) -> Course:
    story, at, outcomes = draw(_starts()), instant(0), []
    for _ in range(draw(st.integers(0, 20))):
        at += draw(_gaps)
        sensible = draw(st.integers(0, 5)) > 0
        possible = _likely(story.now.phase) if sensible else _ANY
        command = draw(_commands[draw(st.sampled_from(possible))])
        usual = sensible or command.name in SYSTEM_COMMANDS
        outcome = story.when(command, by=USUALLY_BY[command.name] if usual else draw(_anyone), at=at)
        outcomes.append(outcome)
        story = outcome.accepted() if isinstance(outcome.decision, Decided) else story
    return Course(tuple(outcomes), story)


def _likely(phase: Phase) -> tuple[str, ...]:
    """What is possible in `phase` and ticks, but the end only now and then: a short life shows little."""
    return (*(name for name in POSSIBLE[phase] if name != "withdraw"), "tick", "tick", "record-delivery")


@st.composite
def _quiet_courses(draw: st.DrawFn) -> Course:
    story, at, outcomes = draw(_starts()), instant(0), []
    for gap in draw(st.lists(_gaps, max_size=12)):
        at += gap
        outcomes.append(story.when(Tick(), at=at))
        story = outcomes[-1].accepted()
    return Course(tuple(outcomes), story)


courses = _courses()
"""Whatever people may do."""

quiet_courses = _quiet_courses()
"""Nobody does anything; only the clock ticks."""
