"""Every command in every phase: it is accepted, or refused as not possible now with what is possible instead."""

import pytest

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
    FollowSuccessors,
    GrantExtension,
    Reassign,
    RecordDelivery,
    RecordSignalRefusal,
    RefuseExtension,
    Reject,
    ReportCompletion,
    ReportPart,
    ReportProgress,
    Reproject,
    RequestExtension,
    Resume,
    SettleDecline,
    Suspend,
    Tick,
    Withdraw,
)
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.phases import POSSIBLE, SYSTEM_COMMANDS, is_possible
from domain.refusals import Code
from domain.state import RUNNING_PHASES, Phase
from domain.terms import Settlement, StopCause
from tests.domain.clock import instant
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    declined,
    extension_requested,
    issued,
    order,
    reported,
    suspended,
    withdrawn,
)
from tests.domain.spec import DIRECTIVE, UPLOADED, USUALLY_BY, Story, given

STORIES: dict[Phase, Story] = {
    Phase.ISSUED: given(issued(officer=None)),
    Phase.IN_PROGRESS: given(issued(officer=None), acknowledged()),
    Phase.AWAITING_ACCEPTANCE: given(issued(officer=None), acknowledged(), reported()),
    Phase.COMPLETED: given(issued(officer=None), acknowledged(), reported(), approved(), accepted()),
    Phase.SUSPENDED: given(issued(officer=None), acknowledged(), suspended(60)),
    Phase.DECLINED: given(issued(officer=None), acknowledged(), declined()),
    Phase.WITHDRAWN: given(issued(officer=None), withdrawn()),
}
"""One directive in each phase."""

PASTS = {
    Phase.ISSUED: (issued(officer=None),),
    Phase.IN_PROGRESS: (issued(officer=None), acknowledged()),
    Phase.AWAITING_ACCEPTANCE: (issued(officer=None), acknowledged()),
}
"""What happened before a request for more time, in the phases in which one may be decided."""

COMMANDS: tuple[Command, ...] = (
    Acknowledge(),
    AssignOfficer(officer="cv-nv"),
    Claim(),
    Release(reason="Quá tải"),
    ReportProgress(percent=50),
    ReportCompletion(result="Xong"),
    ApproveCompletion(),
    Accept(),
    Reject(reason="Chưa đạt"),
    Withdraw(reason="Trùng"),
    ChangeDeadline(deadline=Deadline(at=instant(60)), reason="Thêm việc"),
    Comment(text="Đã xem"),
    ReportPart(result="Xong phần việc"),
    RequestExtension(deadline=Deadline(at=instant(60)), reason="Chờ số liệu"),
    GrantExtension(),
    RefuseExtension(reason="Việc gấp"),
    Decline(reason="Không thuộc thẩm quyền"),
    SettleDecline(settlement=Settlement.SENT_BACK, reason="Đúng thẩm quyền"),
    Reassign(lead_unit="P-A", reason="Đúng chức năng"),
    Delegate(units=("P-A", "P-B")),
    Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn"),
    Resume(),
    Attach(sha256=UPLOADED.sha256, file_name="Báo cáo.pdf"),
)

OWN_COMMANDS: tuple[Command, ...] = (
    Tick(),
    RecordDelivery(channel="email"),
    RecordSignalRefusal(
        refused_command="accept", refused_command_id=DIRECTIVE, refused_user="tp-nv", code="not_permitted"
    ),
    FollowSuccessors(),
    Reproject(after=0, revision=1),
)

TABLE = {
    Phase.ISSUED: "acknowledge assign-officer claim release report-progress report-part request-extension grant-extension "
    "refuse-extension decline reassign delegate suspend withdraw change-deadline comment attach",
    Phase.IN_PROGRESS: "assign-officer claim release report-progress report-part request-extension grant-extension "
    "refuse-extension report-completion decline reassign delegate suspend withdraw change-deadline comment attach",
    Phase.AWAITING_ACCEPTANCE: "report-part grant-extension refuse-extension approve-completion "
    "accept reject withdraw comment attach",
    Phase.COMPLETED: "comment",
    Phase.SUSPENDED: "report-part resume withdraw comment attach",
    Phase.DECLINED: "settle-decline withdraw comment attach",
    Phase.WITHDRAWN: "comment",
}


def test_the_stories_stand_in_their_phases() -> None:
    assert {phase: story.now.phase for phase, story in STORIES.items()} == {phase: phase for phase in STORIES}


def test_the_tables_hold_all_commands_and_phases() -> None:
    assert {command.name for command in COMMANDS} == {*USUALLY_BY} - SYSTEM_COMMANDS - {"issue"}
    assert {command.name for command in OWN_COMMANDS} == SYSTEM_COMMANDS
    assert set(POSSIBLE) == set(Phase) == set(TABLE)


@pytest.mark.parametrize("phase", TABLE)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_is_accepted_or_the_possible_ones_are_named(command: Command, phase: Phase) -> None:
    story, possible = STORIES[phase], tuple(TABLE[phase].split())
    if isinstance(command, Accept) and phase is Phase.AWAITING_ACCEPTANCE:
        story = story.when(ApproveCompletion()).accepted()
    if command.name in {"grant-extension", "refuse-extension"} and command.name in possible:
        story = given(*PASTS[phase], extension_requested(60), *([reported()] if phase not in RUNNING_PHASES else []))
    if command.name == "release" and command.name in possible:
        story = story.when(Claim()).accepted()
    outcome = story.when(command)
    if command.name in possible:
        outcome.accepted()
    else:
        outcome.then_refused(Code.NOT_POSSIBLE_NOW, command=command.name, phase=str(phase), possible=possible)


@pytest.mark.parametrize("phase", TABLE)
@pytest.mark.parametrize("command", OWN_COMMANDS, ids=lambda command: command.name)
def test_the_workflows_own_commands_are_never_refused(command: Command, phase: Phase) -> None:
    assert is_possible(command.name, phase)
    STORIES[phase].when(command).accepted()


@pytest.mark.parametrize("phase", TABLE)
def test_issuing_again_is_refused_in_every_phase(phase: Phase) -> None:
    STORIES[phase].when(order()).then_refused(Code.ALREADY_ISSUED)


@pytest.mark.parametrize("command", [*COMMANDS, *OWN_COMMANDS], ids=lambda command: command.name)
def test_before_it_is_issued_there_is_no_directive(command: Command) -> None:
    given().when(command).then_refused(Code.UNKNOWN_DIRECTIVE)


@pytest.mark.parametrize("version", [0, 1, 3])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_stale_view_is_told_so_before_anything_else(command: Command, version: int) -> None:
    outcome = STORIES[Phase.IN_PROGRESS].when(command, expected_version=version)
    outcome.then_refused(Code.STALE_VERSION, version="2", expected=str(version))


def test_the_version_relied_on_may_be_the_current_one() -> None:
    STORIES[Phase.IN_PROGRESS].when(Comment(text="Đã xem"), expected_version=2).accepted()
