"""Which commands are possible in which phase: the table that the validator, the decider and the API share."""

from domain.state import Phase

POSSIBLE: dict[Phase, tuple[str, ...]] = {
    Phase.ISSUED: (
        "acknowledge",
        "assign-officer",
        "claim",
        "release",
        "report-progress",
        "report-part",
        "request-extension",
        "grant-extension",
        "refuse-extension",
        "decline",
        "reassign",
        "delegate",
        "suspend",
        "withdraw",
        "change-deadline",
        "comment",
        "attach",
    ),
    Phase.IN_PROGRESS: (
        "assign-officer",
        "claim",
        "release",
        "report-progress",
        "report-part",
        "request-extension",
        "grant-extension",
        "refuse-extension",
        "report-completion",
        "decline",
        "reassign",
        "delegate",
        "suspend",
        "withdraw",
        "change-deadline",
        "comment",
        "attach",
    ),
    Phase.AWAITING_ACCEPTANCE: (
        "report-part",
        "grant-extension",
        "refuse-extension",
        "approve-completion",
        "accept",
        "reject",
        "withdraw",
        "comment",
        "attach",
    ),
    Phase.COMPLETED: ("comment",),
    Phase.SUSPENDED: ("report-part", "resume", "withdraw", "comment", "attach"),
    Phase.DECLINED: ("settle-decline", "withdraw", "comment", "attach"),
    Phase.WITHDRAWN: ("comment",),
}

SYSTEM_COMMANDS = frozenset({"tick", "record-delivery", "record-signal-refusal", "reproject", "follow-successors"})
"""The workflows' own commands: possible in every phase, open to no user."""

FROM_INSIDE = SYSTEM_COMMANDS | {"issue-occurrence"}
"""Commands that no client gives."""


def is_possible(command: str, phase: Phase) -> bool:
    """Whether `command` can be decided at all while a directive is in `phase`."""
    return command in SYSTEM_COMMANDS or command in POSSIBLE[phase]
