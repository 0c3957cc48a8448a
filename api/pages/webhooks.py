"""/office/webhooks: which other systems are told of events, for administrators of the whole house."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import NOTHING, Filled, read_form, texts
from api.pages.rendering import page
from api.pages.visitor import Visitor, visiting
from api.problems import Problem
from api.services import services_of
from domain.outbound import target_of
from domain.wording import EVENT_NAMES
from storage.webhooks import State, add_webhook, set_state, webhooks_kept

router = APIRouter(include_in_schema=False)

_ADDRESS = "/office/webhooks"
_STATES: dict[str, State] = {"pause": "paused", "resume": "active", "remove": "removed"}


async def administering(visitor: Annotated[Visitor, Depends(visiting)]) -> Visitor:
    """The visitor, if an administrator of all units in their own right; else 403: what leaves here is of the whole house."""
    if not visitor.administers_all:
        raise Problem(403, "whole_house_admins_only")
    return visitor


Administering = Annotated[Visitor, Depends(administering)]


@router.get(_ADDRESS)
async def webhooks(
    request: Request, visitor: Administering, done: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """What there is, and a form for another."""
    return await _shown(request, visitor, done=done)


@router.post(_ADDRESS)
async def new_webhook(request: Request, visitor: Administering) -> Response:
    """Another webhook; this page shows its secret once, and nobody can be shown it again."""
    values = texts(await read_form(request))
    url, chosen = values.get("url", [""])[0].strip(), values.get("events", [])
    faults = _faults(url, chosen)
    if faults:
        named = {name: (words[1] if visitor.language == "en" else words[0]) for name, words in faults.items()}
        return await _shown(request, visitor, filled=Filled(values, named), status=422)
    _, secret = await add_webhook(
        services_of(request).pool,
        url,
        chosen,
        with_content=values.get("with_content") == ["yes"],
        by=visitor.caller.person.username,
    )
    return await _shown(request, visitor, secret=secret)


@router.post(_ADDRESS + "/{webhook_id}/{act}", dependencies=[Depends(administering)])
async def change_webhook(request: Request, webhook_id: UUID, act: Literal["pause", "resume", "remove"]) -> Response:
    """Pause, resume or remove; 404 for one that is not there."""
    if not await set_state(services_of(request).pool, webhook_id, _STATES[act]):
        raise Problem(404, "not_found")
    return RedirectResponse(f"{_ADDRESS}?done={act}", 303)


def _faults(url: str, chosen: Sequence[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    try:
        target_of(url)
        httpx.URL(url)  # it will call: names that it does not take are better refused here than at every try
    except (ValueError, httpx.InvalidURL):
        found["url"] = (
            "Địa chỉ phải có dạng https://máy/đường-dẫn, không có tên đăng nhập.",
            "An address like https://host/path, without a username.",
        )
    if not EVENT_NAMES.keys() >= set(chosen):
        found["events"] = ("Có loại sự kiện không tồn tại.", "There is no such type of event.")
    return found


async def _shown(
    request: Request,
    visitor: Visitor,
    *,
    done: str = "",
    secret: str = "",
    filled: Filled = NOTHING,
    status: int = 200,
) -> Response:
    kept = await webhooks_kept(services_of(request).pool)
    return page(
        request, "webhooks.html", visitor=visitor, status=status, done=done, secret=secret, filled=filled, webhooks=kept
    )
