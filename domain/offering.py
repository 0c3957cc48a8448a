"""What a person may do with a directive now, for screens that offer it: the decider itself is asked, command by command.

No rule is told a second time here. Each command is put to `decide` with fields that are as good as any, and what it says decides:
a refusal that only concerns the fields (no such unit, a day in the past) does not stand in the way of offering the command.
"""

from datetime import datetime
from uuid import UUID

from domain import commands as c
from domain.decider import decide
from domain.facts import Facts
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.refusals import Code, Refusal
from domain.state import DirectiveState
from domain.terms import Settlement, StopCause

_ANY = "…"
_SOME_DAY = c.Deadline(working_days=1)

_PROBES: tuple[c.UserCommand, ...] = (
    c.Accept(waive_open=_ANY),
    c.Reject(reason=_ANY),
    c.GrantExtension(),
    c.RefuseExtension(reason=_ANY),
    c.SettleDecline(settlement=Settlement.SENT_BACK, reason=_ANY),
    c.ApproveCompletion(),
    c.Acknowledge(),
    Claim(),
    AssignOfficer(officer="nobody-at-all"),
    c.ReportProgress(percent=0),
    c.ReportCompletion(result=_ANY, waive_open=_ANY),
    c.ReportPart(result=_ANY),
    c.RequestExtension(deadline=_SOME_DAY, reason=_ANY),
    c.Delegate(units=("nowhere",)),
    Release(reason=_ANY),
    c.Decline(reason=_ANY),
    c.Resume(),
    c.Reassign(lead_unit="nowhere", reason=_ANY, waive_open=_ANY),
    c.ChangeDeadline(deadline=_SOME_DAY, reason=_ANY),
    c.Suspend(cause=StopCause.OTHER, reason=_ANY),
    c.Withdraw(reason=_ANY, waive_open=_ANY),
    c.Attach(sha256="0" * 64, file_name="tep.pdf"),
    c.Comment(text=_ANY),
)
"""Every command but the issue, in the order in which a person would look for it."""

_IN_THE_WAY = frozenset(
    {
        Code.NOT_PERMITTED,
        Code.NOT_POSSIBLE_NOW,
        Code.SAME_PERSON,
        Code.OWN_REQUEST,
        Code.APPROVAL_MISSING,
        Code.OFFICER_TAKEN,
        Code.UNKNOWN_OFFICER,
        Code.NO_OFFICER,
        Code.NOT_COORDINATING,
        Code.EXTENSION_PENDING,
        Code.EXTENSION_NOT_PENDING,
        Code.EXTENSION_TOO_LATE,
        Code.EXTENSIONS_USED_UP,
        Code.NO_DEADLINE_TO_EXTEND,
        Code.OPEN_SUBDIRECTIVES,
        Code.TOO_MANY_FILES,
    }
)
"""Refusals that no other fields would change. An unknown officer is one except where the command names the officer."""

_PROBE_ID = UUID(int=0)


def offered(state: DirectiveState, user: str, at: datetime, facts: Facts) -> tuple[str, ...]:
    """The names of the commands that `user` may give at `at`, the most fitting first. Pure; takes about a millisecond."""
    return tuple(probe.name for probe in _PROBES if _may_be_given(state, probe, user, at, facts))


def _may_be_given(state: DirectiveState, probe: c.UserCommand, user: str, at: datetime, facts: Facts) -> bool:
    envelope = c.CommandEnvelope(command_id=_PROBE_ID, directive_id=state.id, user=user, at=at, command=probe)
    decision = decide(state, envelope, facts)
    if not isinstance(decision, Refusal):
        return True
    names_an_officer = isinstance(probe, AssignOfficer) and decision.code is Code.UNKNOWN_OFFICER
    return names_an_officer or decision.code not in _IN_THE_WAY
