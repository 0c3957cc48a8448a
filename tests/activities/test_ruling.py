"""What came due before a command goes first, all of it, also what a suspension had held back."""

from activities.ruling import Ruling, rule
from domain.commands import CommandEnvelope, ReportCompletion
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged, issued, suspended
from tests.domain.spec import DIRECTIVE, FACTS, given


def test_a_suspension_that_ended_and_what_fell_due_since_go_before_the_command() -> None:
    story = given(issued(), acknowledged(), suspended(5, at=2, moves_deadline=False))
    report = CommandEnvelope(
        command_id=DIRECTIVE,
        directive_id=DIRECTIVE,
        user="cv-nv",
        at=instant(12),
        command=ReportCompletion(result="Xong"),
    )
    ruling = rule(report, story.state, FACTS, instant(12))
    assert isinstance(ruling, Ruling)
    happened = [event.data.type for commit in ruling.commits() for event in commit.events]
    assert happened[0] == "DirectiveResumed"
    assert "DeadlineMissed" in happened
    assert happened[-1] == "CompletionReported"
    versions = [event.stream_version for commit in ruling.commits() for event in commit.events]
    assert versions == [*range(story.now.version + 1, story.now.version + 1 + len(versions))]
