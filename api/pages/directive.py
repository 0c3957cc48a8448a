"""One directive: where it stands, who is who, its deadline and how that came about, and its history with the replay slider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.command_forms import COMMAND_FORMS
from api.pages.forms import new_command_id
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.reading import opened
from api.services import services_of
from domain.evolve import fold
from domain.offering import offered
from domain.reading import Door, Opened
from domain.refusals import Code, refuse
from domain.state import DirectiveState
from domain.telling import actor_named, informed, told
from storage.directives import Found, children_of, find, find_many
from storage.pool import Pool
from storage.queries import sql
from storage.store import RecordedEvent

router = APIRouter(include_in_schema=False)

_T = TypeVar("_T")

_BESIDE = ("comment", "attach")
"""Asked for beside the history, not among the actions."""


MOST_LISTED = 300
"""Events on one page; further back one gets by the slider."""
_MOST_FIRST = 5
"""Commands shown at once; the others are one press away."""


@dataclass(frozen=True)
class Moment:
    """One event of the history as the page tells it."""

    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    who: str
    words: Sequence[str]
    position: int


@router.get("/directives/{reference}")
async def directive(
    request: Request,
    visitor: Visiting,
    reference: str,
    version: Annotated[int | None, Query(ge=1)] = None,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The directive as it is now, or as it stood after the event `version`."""
    services, now = services_of(request), services_of(request).now()
    position = await services.pool.fetchval(
        sql("head_position")
    )  # before the directive: what comes meanwhile is told again
    found = await opened(visitor.caller, reference, services, Opened.DIRECTIVE, Door.PAGE)
    recorded = (await services.store.events_of(found.state.id))[: found.state.version]
    if version is not None and version > len(recorded):
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    then = fold(one.event for one in recorded[:version]) if version is not None and version < len(recorded) else None
    state = then or found.state
    past = state.version < len(recorded)
    at = state.last_recorded_at if past else now
    by = state.last_recorded_at if past else None
    below = (await children_of(services.pool, [state.id], by=by, visible=visitor.caller.visible))[state.id]
    children = await find_many(services.pool, below)
    facts = (await services.reference.current()).facts(now)
    commands = () if past else offered(state, visitor.caller.person.username, now, facts)
    return page(
        request,
        "directive.html",
        visitor=visitor,
        now=at,
        position=position,
        state=state,
        latest=found.state.version,
        past=past,
        history=[_moment(one, children, visitor) for one in around(recorded, state.version)],
        children=[children[one] for one in below],
        watch=state.id,
        commands=[name for name in commands if name not in _BESIDE],
        first=_first(commands),
        beside=[name for name in commands if name in _BESIDE],
        forms=COMMAND_FORMS,
        command_id=new_command_id(),
        done=COMMAND_FORMS.get(done),
        parent=await _parent(visitor, found, services.pool),
    )


def _first(commands: Sequence[str]) -> int:
    """How many of the commands are shown at once: up to the last that brings the directive on, and two in any case."""
    leading = [n for n, name in enumerate(commands[:_MOST_FIRST], 1) if COMMAND_FORMS[name].tone == "main"]
    return max([*leading, min(2, len(commands))])


def around(recorded: Sequence[_T], version: int) -> Sequence[_T]:
    """The events that the page lists: all of an ordinary history; of a very long one those around `version`."""
    end = min(len(recorded), max(version + MOST_LISTED // 2, MOST_LISTED))
    return recorded[max(0, end - MOST_LISTED) : end]


def _moment(recorded: RecordedEvent, children: dict[UUID, DirectiveState], visitor: Visitor) -> Moment:
    event = recorded.event
    codes = {one: state.code for one, state in children.items()}
    return Moment(
        version=event.stream_version,
        type=event.data.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        who=actor_named(event.actor, visitor.language),
        words=[
            *told(event.data, codes, visitor.language, person=visitor.person, unit=visitor.unit, headed=True),
            *informed(event.data, visitor.language, person=visitor.person),
        ],
        position=recorded.global_position,
    )


async def _parent(visitor: Visitor, found: Found, pool: Pool) -> DirectiveState | None:
    """The directive above, if there is one and the visitor may see it."""
    if found.state.parent is None:
        return None
    above = await find(pool, found.state.parent)
    return above.state if above and visitor.caller.may_see(above.units) else None
