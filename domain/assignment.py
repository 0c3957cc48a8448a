"""What one person carries out or has carried out: what a choice among officers looks at."""

from domain.model import Instant, Value
from domain.state import DirectiveState, Phase


class Assignment(Value):
    """A directive with the officer that it has, or had when it ended."""

    officer: str
    title: str
    given_at: Instant
    open: bool
    completed: bool


def assignment_of(state: DirectiveState) -> Assignment:
    """The assignment of a directive that has an officer. The query of the same name computes the same; a test compares them."""
    return Assignment(
        officer=state.officer or "",
        title=state.title,
        given_at=state.officer_since or state.issued_at,
        open=not state.closed,
        completed=state.phase is Phase.COMPLETED,
    )
