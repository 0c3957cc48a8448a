"""Where each directive stood when this process last wrote to it: a guess that spares a read before most decisions."""

from collections import OrderedDict
from uuid import UUID

from domain.state import DirectiveState

MOST = 500
"""States kept; those longest untouched go first. A burst of commands on one directive is what this is for."""


class Remembered:
    """Only ever a guess: another process may have written since. The expected version of an append finds that out."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._states: OrderedDict[UUID, DirectiveState] = OrderedDict()

    def get(self, directive_id: UUID) -> DirectiveState | None:
        """The last state written here, if it is still kept."""
        state = self._states.get(directive_id)
        if state is not None:
            self._states.move_to_end(directive_id)
        return state

    def keep(self, state: DirectiveState) -> None:
        """Remember what was just appended."""
        self._states[state.id] = state
        self._states.move_to_end(state.id)
        if len(self._states) > self._most:
            self._states.popitem(last=False)

    def drop(self, directive_id: UUID) -> None:
        """Forget what turned out to be overtaken."""
        self._states.pop(directive_id, None)
