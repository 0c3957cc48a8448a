"""The filters of GET /directives, which the export takes as well, as one parameter of a route."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from api.auth import Caller, SignedIn
from api.params import Moment
from domain.searching import units_named
from domain.state import Phase, StatusCell, Timeliness
from storage.filters import OPEN_PHASES, Awaited, DirectiveFilter

Status = Literal[
    "open", "issued", "in_progress", "awaiting_acceptance", "completed", "suspended", "declined", "withdrawn"
]
"""A phase, or "open" for all that have not ended."""
Text = Annotated[str, Query(max_length=200)]


async def asked_for(
    caller: SignedIn,
    status: Annotated[list[Status] | None, Query()] = None,
    timeliness: Annotated[list[Timeliness] | None, Query()] = None,
    cell: Annotated[list[StatusCell] | None, Query()] = None,
    awaits: Annotated[list[Awaited] | None, Query()] = None,
    unit: Text | None = None,
    involved: Text | None = None,
    issuer: Text | None = None,
    officer: Text | None = None,
    source: Text | None = None,
    due_from: Moment | None = None,
    due_to: Moment | None = None,
    q: Text | None = None,
    parent: UUID | None = None,
    recurrence: UUID | None = None,
) -> DirectiveFilter:
    """The filter that the query string spells, of what the caller may see."""
    return DirectiveFilter(
        visible=scope_of(caller),
        phases=phases_of(status or ()),
        timeliness=timeliness or (),
        cells=cell or (),
        awaits=awaits or (),
        unit=unit,
        involved=involved,
        issuer=issuer,
        officer=officer,
        source=source,
        due_from=due_from,
        due_to=due_to,
        q=q,
        named=units_named(q, caller.dated) if q else {},
        parent=parent,
        recurrence=recurrence,
    )


AskedFor = Annotated[DirectiveFilter, Depends(asked_for)]


def phases_of(status: Sequence[Status]) -> list[Phase]:
    """The phases that values of `status` stand for."""
    return [phase for one in status for phase in (OPEN_PHASES if one == "open" else (Phase(one),))]


def scope_of(caller: Caller) -> frozenset[str] | None:
    """The units whose directives the caller may see; None for all, where they see every unit that there ever was.

    For each directive has a lead unit of the directory: to compare its units with all of them would find what is known.
    """
    visible = caller.visible
    return None if visible.issuperset(caller.dated.units) else visible
