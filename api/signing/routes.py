"""GET and POST /me/sessions and /me/tokens: the caller's own ways in, each of which they may close."""

from datetime import timedelta
from typing import Any

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller, SignedIn
from api.bodies import parse_command, read_object, take_command_id
from api.problems import Problem
from api.schemas import request_body
from api.services import Services, services_of
from api.signing.bodies import NoBody, TokenBody
from api.signing.cookies import session_in
from domain.instants import rfc3339
from storage.opaque import key_of
from storage.sessions import OpenSession, end_session_by_key, sessions_of
from storage.tokens import HeldToken, make_token, revoke_by_key, tokens_of

router = APIRouter()
log = structlog.get_logger()


@router.get("/me/sessions", summary="Các phiên đăng nhập của tôi")
async def my_sessions(request: Request, caller: SignedIn) -> dict[str, Any]:
    """The browsers in which the caller is signed in, the last used first; `current` is the one that asks."""
    found = await sessions_of(services_of(request).pool, caller.person.username)
    own = key_of(session_in(request) or "") if caller.by_session else None
    return {"items": [session_view(one) | {"current": one.key == own} for one in found]}


@router.post("/me/sessions/{key}/end", summary="Kết thúc một phiên đăng nhập")
async def end_one(request: Request, caller: SignedIn, key: str) -> dict[str, Any]:
    """The browser with this session is signed out. 404 when the caller has no such open session."""
    services = services_of(request)
    await _nothing(request, caller)
    _found(services, caller, await end_session_by_key(services.pool, caller.person.username, key))
    log.info("sign_in.ended", username=caller.person.username, key=key[:12])
    return {"key": key, "ended": True}


@router.get("/me/tokens", summary="Các mã truy cập của tôi")
async def my_tokens(request: Request, caller: SignedIn) -> dict[str, Any]:
    """The caller's valid bearer tokens, the newest first, by name: what opens something is kept nowhere."""
    found = await tokens_of(services_of(request).pool, caller.person.username)
    return {"items": [token_view(one) for one in found]}


@router.post("/me/tokens", status_code=201, summary="Tạo mã truy cập", openapi_extra=request_body("TokenBody"))
async def new_token(request: Request, caller: SignedIn) -> JSONResponse:
    """A bearer token for the caller's programs; it is shown this once.

    A repeat under the same `Idempotency-Key` makes another one: the first answer cannot be given again, for it is kept nowhere.
    """
    pool, username = services_of(request).pool, caller.person.username
    fields = await read_object(request)
    take_command_id(request, fields, username)
    body: TokenBody = parse_command(TokenBody, fields)
    token = await make_token(pool, username, body.label, lasts=timedelta(days=body.days))
    held = next(one for one in await tokens_of(pool, username) if one.key == key_of(token))
    log.info("token.made", username=username, key=held.key[:12], days=body.days)
    return JSONResponse(token_view(held) | {"token": token}, 201)


@router.post("/me/tokens/{key}/revoke", summary="Thu hồi mã truy cập")
async def revoke_one(request: Request, caller: SignedIn, key: str) -> dict[str, Any]:
    """The token opens nothing any more. 404 when the caller has no such valid token."""
    services = services_of(request)
    await _nothing(request, caller)
    _found(services, caller, await revoke_by_key(services.pool, caller.person.username, key))
    log.info("token.revoked", username=caller.person.username, key=key[:12])
    return {"key": key, "revoked": True}


def session_view(one: OpenSession) -> dict[str, Any]:
    """A session as its owner sees it."""
    seen = {"created_at": rfc3339(one.created_at), "last_seen_at": rfc3339(one.last_seen_at)}
    return {"key": one.key, **seen, "agent": one.agent}


def token_view(one: HeldToken) -> dict[str, Any]:
    """A token as its owner sees it afterwards."""
    times = {"created_at": rfc3339(one.created_at), "expires_at": rfc3339(one.expires_at)}
    return {"key": one.key, "label": one.label, **times}


async def _nothing(request: Request, caller: Caller) -> None:
    """The body of what takes none: empty, {} or a command id, which a repeat of these does not need."""
    fields = await read_object(request)
    take_command_id(request, fields, caller.person.username)
    parse_command(NoBody, fields)


def _found(services: Services, caller: Caller, found: bool) -> None:
    if not found:
        raise Problem(404, "not_found")
    services.sign_ins.forget(caller.person.username)
