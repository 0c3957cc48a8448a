"""The visitor's own account: password, browsers that are signed in, tokens for programs, the calendar's address."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.auth import Caller, SignedInWhatever
from api.bodies import parse_command
from api.pages.forms import NOTHING, Filled, faults_beside, read_form, texts, whole_number
from api.pages.language import page_language
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.secret_paths import CALENDAR
from api.services import services_of
from api.signing.bodies import TokenBody
from api.signing.cookies import put_session, session_in
from api.signing.entry import change_password
from api.signing.origin import shown_origin
from storage.feed_addresses import feed_address_since, make_feed_address, revoke_feed_address
from storage.opaque import key_of
from storage.sessions import end_session_by_key, sessions_of
from storage.tokens import make_token, revoke_by_key, tokens_of

router = APIRouter(include_in_schema=False)


@router.get("/account")
async def account(request: Request, visitor: Visiting, done: Annotated[str, Query(max_length=40)] = "") -> Response:
    """What there is, and what can be done about it."""
    return await _shown(request, visitor, done=done)


@router.get("/account/password")
async def ask_password(request: Request, caller: SignedInWhatever) -> Response:
    """The form for another password; the one page that is open to whoever must choose one first."""
    return _password_page(request, caller, NOTHING)


@router.post("/account/password")
async def new_password(request: Request, caller: SignedInWhatever) -> Response:
    """Another password; this browser stays signed in, all others do not."""
    values = texts(await read_form(request))
    current, new, again = (values.get(name, [""])[0] for name in ("current", "new", "again"))
    language = page_language(request)
    try:
        if new != again:
            text = "The two entries differ." if language == "en" else "Hai lần nhập khác nhau."
            return _password_page(request, caller, Filled({}, {"again": text}), 422)
        entered = await change_password(request, caller, current, new)
    except Problem as problem:
        if problem.status not in (422, 429, 503):
            raise
        whole = "" if problem.faults else problem.document(request, language)["detail"]
        filled = Filled({}, faults_beside(problem.faults, language), whole)
        return _password_page(request, caller, filled, problem.status)
    answer = RedirectResponse("/account?done=password", 303)
    put_session(answer, request, entered.session)
    return answer


@router.post("/account/sessions/end")
async def end_session(request: Request, visitor: Visiting) -> Response:
    """Sign another browser out."""
    await _close(request, visitor, end_session_by_key)
    return RedirectResponse("/account?done=session", 303)


@router.post("/account/tokens")
async def new_token(request: Request, visitor: Visiting) -> Response:
    """A token for a program; this page shows it once, and nobody can be shown it again."""
    services, values = services_of(request), texts(await read_form(request))
    try:
        body = token_asked(values)
    except Problem as problem:
        filled = Filled(values, faults_beside(problem.faults, visitor.language))
        return await _shown(request, visitor, filled=filled, status=422)
    username = visitor.caller.person.username
    token = await make_token(services.pool, username, body.label, lasts=timedelta(days=body.days))
    return await _shown(request, visitor, token=token)


@router.post("/account/tokens/revoke")
async def revoke(request: Request, visitor: Visiting) -> Response:
    """A token opens nothing any more."""
    await _close(request, visitor, revoke_by_key)
    return RedirectResponse("/account?done=token", 303)


@router.post("/account/calendar")
async def new_calendar_address(request: Request, visitor: Visiting) -> Response:
    """A new address of the person's deadlines, shown once; the one before opens nothing any more."""
    services, username = services_of(request), visitor.caller.person.username
    secret = await make_feed_address(services.pool, username)
    return await _shown(request, visitor, calendar=f"{shown_origin(request)}{CALENDAR}{secret}.ics")


@router.post("/account/calendar/revoke")
async def revoke_calendar_address(request: Request, visitor: Visiting) -> Response:
    """The address opens nothing any more; where there is none, that is so already."""
    await revoke_feed_address(services_of(request).pool, visitor.caller.person.username)
    return RedirectResponse("/account?done=calendar", 303)


def token_asked(values: dict[str, list[str]]) -> TokenBody:
    """What a form asks of a new token. Problem 422 with the faults of its fields."""
    fields: dict[str, Any] = {name: held[0] for name, held in values.items() if name in ("label", "days") and held[0]}
    if "days" in fields:
        fields["days"] = whole_number(fields["days"])
    body: TokenBody = parse_command(TokenBody, fields)
    return body


async def _close(request: Request, visitor: Visitor, close: Any) -> None:
    services, username = services_of(request), visitor.caller.person.username
    key = texts(await read_form(request)).get("key", [""])[0]
    if not await close(services.pool, username, key):
        raise Problem(404, "not_found")
    services.sign_ins.forget(username)


async def _shown(
    request: Request,
    visitor: Visitor,
    *,
    done: str = "",
    token: str = "",
    calendar: str = "",
    filled: Filled = NOTHING,
    status: int = 200,
) -> Response:
    pool, username = services_of(request).pool, visitor.caller.person.username
    return page(
        request,
        "account.html",
        visitor=visitor,
        status=status,
        done=done,
        token=token,
        filled=filled,
        sessions=await sessions_of(pool, username),
        own=key_of(session_in(request) or ""),
        tokens=await tokens_of(pool, username),
        calendar=calendar,
        calendar_since=await feed_address_since(pool, username),
    )


def _password_page(request: Request, caller: Caller, filled: Filled, status: int = 200) -> Response:
    shown: dict[str, Any] = {"filled": filled, "must": caller.must_change, "username": caller.person.username}
    return page(request, "password.html", status=status, **shown)
