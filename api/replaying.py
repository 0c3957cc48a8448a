"""GET …/replay and /audit/state: the past of one directive, and of all that the caller may see."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from api.auth import Caller, SignedIn
from api.districts import Asked, Busy, Districts, TooLong
from api.params import Moment
from api.problems import Problem
from api.reading import note, opened
from api.replay_views import district_view, replay_view
from api.services import Services, services_of
from audit.replay.clocks import Clocks
from audit.replay.context import registry_events
from audit.replay.district import District, Wanted, after
from audit.replay.one import clocks_for, replayed, up_to
from audit.replay.rules import Rules
from domain.directory import Role
from domain.reading import Opened
from domain.refusals import Code, refuse
from storage.directives import children_of

router = APIRouter()

RETRY_AFTER = {"Retry-After": "10"}
NUMBER = re.compile(r"\d{4}/\d{4,9}", re.ASCII)

Known = Annotated[Moment | Literal["now"] | None, Query()]
"""What the record knew by this instant; "now" is all that it knows. Left out: what it knew at `at` itself."""


@router.get("/directives/{reference}/replay", summary="Diễn lại lịch sử của một nhiệm vụ")
async def replay_directive(
    request: Request,
    caller: SignedIn,
    reference: str,
    at: Moment | None = None,
    known: Known = None,
    version: Annotated[int | None, Query(ge=1)] = None,
    context: bool = False,
    lateness: bool = False,
) -> dict[str, Any]:
    """Each event with what it changed, who did it and for whom, under which policy and calendar; and the state they lead to.

    `at` is by when it had happened, `known` by when it was recorded. What had happened and was not known stands in
    `unknown_then`. `context` adds what happened to policies, calendar and units meanwhile, `lateness` every deadline
    computed again under the rules of then and of today.
    """
    services = services_of(request)
    if version is not None and (at is not None or known is not None):
        raise _only_one("version")
    found = await opened(caller, reference, services, Opened.REPLAY)
    history = await services.store.events_of(found.state.id)
    clocks = _clocks(at, known, services)
    if version is not None:
        cut = up_to(history, version)
        if cut is None:
            raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
        history, clocks = cut
    reference_now = await services.reference.current()
    told = replayed(
        history,
        clocks,
        rules=Rules(reference_now.policy_versions, reference_now.policies, reference_now.calendar)
        if lateness
        else None,
        registries=await registry_events(services.pool) if context else None,
    )
    if told is None:
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    by = min(clocks.at, clocks.known)
    children = await children_of(services.pool, [found.state.id], by=by, visible=caller.visible)
    return replay_view(told, caller.dated, children[found.state.id])


async def overseer(caller: SignedIn) -> Caller:
    """The caller, if auditor, administrator or leader; else 403."""
    if not any(grant.role in (Role.AUDITOR, Role.ADMIN, Role.LEADER) for grant in caller.person.roles):
        raise Problem(403, "overseers_only")
    return caller


@router.get("/audit/state", summary="Mọi nhiệm vụ tại một thời điểm")
async def state_of_all(
    request: Request,
    caller: Annotated[Caller, Depends(overseer)],
    at: Moment | None = None,
    known: Known = None,
    unit: Annotated[str | None, Query(max_length=64)] = None,
    after_code: Annotated[str | None, Query(alias="after", max_length=14)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Where every directive stood that the caller may see; totals in all and by lead unit.

    `unit` is the lead unit of that day. Directives come in order of their numbers; the next page comes `after` the last one, and
    from the same moment as the first, if it is asked for within a minute. To be sure of that, name `at` and `known` as answered.
    """
    services = services_of(request)
    if unit is not None and unit not in caller.dated.units:
        raise Problem(422, "invalid_parameter", field="unit", reason=("không có đơn vị này", "there is no such unit"))
    asked = f"state at={at or ''} known={known or ''} unit={unit or ''}"
    await note(services, caller, Opened.AUDIT, detail=asked)
    if after_code is not None and not NUMBER.fullmatch(after_code):
        raise Problem(422, "invalid_parameter", field="after", reason=("là một số nhiệm vụ", "is a directive's number"))
    found = await district_asked(
        services.districts,
        Asked(at, known, Wanted(unit, caller.visible)),
        _clocks(at, known, services),
        further=after_code is not None,
    )
    following = after(found.standings, after_code)
    shown = following[:limit]
    more = shown[-1].code if len(following) > limit else None
    return {**district_view(found, caller.dated, shown), "next_after": more}


async def district_asked(districts: Districts, asked: Asked, clocks: Clocks, *, further: bool) -> District:
    """The district, on a further page that from which the page before came; 429 or 503 to be tried again, 500 if unreadable."""
    page = districts.further_page if further else districts.first_page
    try:
        return await page(asked, clocks)
    except Busy:
        raise Problem(429, "replay_running", headers=RETRY_AFTER) from None
    except TooLong:
        raise Problem(503, "replay_too_long", headers=RETRY_AFTER) from None
    except ValueError as error:  # HistoryBroken is one
        raise Problem(500, "record_unreadable") from error


def _clocks(at: datetime | None, known: datetime | Literal["now"] | None, services: Services) -> Clocks:
    now = services.now()
    return clocks_for(at, now if known == "now" else known, now)


def _only_one(field: str) -> Problem:
    reason = ("chỉ một trong version và at, known", "either version, or at and known")
    return Problem(422, "invalid_parameter", field=field, reason=reason)
