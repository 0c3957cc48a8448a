"""How a person signs in, kept by an administrator: a one-time password, the browsers that are signed in, tokens for programs.

None of it is part of the record; the log of the program says who did it.
"""

from datetime import timedelta

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.account import token_asked
from api.pages.forms import Filled, faults_beside, read_form, texts
from api.pages.office.person import found_for, shown
from api.pages.office.person_form import filled_from
from api.pages.office.rights import Keeping
from api.problems import Problem
from api.services import services_of
from api.signing.passwords import readable_password
from storage.passwords import replace_password
from storage.sessions import end_session_by_key, end_sessions_of
from storage.tokens import make_token, revoke_by_key

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


@router.post("/office/people/{username}/password")
async def give_password(request: Request, visitor: Keeping, username: str) -> Response:
    """A password that the person must change at once; this page shows it once. Whatever they had open ends."""
    person, services = found_for(request, visitor, username), services_of(request)
    by = visitor.caller.person.username
    if username == by:
        return RedirectResponse("/account/password", 303)  # one's own is changed with the present one
    made = readable_password()
    await replace_password(services.pool, username, await services.passwords.hashed(made), must_change=True)
    services.sign_ins.forget(username)
    log.info("password.given", username=username, by=by)
    return await shown(request, visitor, person, secret=made, made="password")


@router.post("/office/people/{username}/sessions/end")
async def end_sessions(request: Request, visitor: Keeping, username: str) -> Response:
    """Sign one browser out, or all of them."""
    person, services = found_for(request, visitor, username), services_of(request)
    key = texts(await read_form(request)).get("key", [""])[0]
    if key == "all":
        await end_sessions_of(services.pool, person.username)
    elif not await end_session_by_key(services.pool, person.username, key):
        raise Problem(404, "not_found")
    services.sign_ins.forget(username)
    log.info("sign_in.ended", username=username, by=visitor.caller.person.username)
    return RedirectResponse(f"/office/people/{username}?done=session", 303)


@router.post("/office/people/{username}/tokens")
async def new_token(request: Request, visitor: Keeping, username: str) -> Response:
    """A token for a program that acts as this person; this page shows it once."""
    person, services = found_for(request, visitor, username), services_of(request)
    values = texts(await read_form(request))
    try:
        body = token_asked(values)
    except Problem as problem:
        kept = {**filled_from(person).values, **values}
        filled = Filled(kept, faults_beside(problem.faults, visitor.language))
        return await shown(request, visitor, person, filled=filled, status=422)
    made = await make_token(services.pool, username, body.label, lasts=timedelta(days=body.days))
    log.info("token.made", username=username, by=visitor.caller.person.username, days=body.days)
    return await shown(request, visitor, person, secret=made, made="token")


@router.post("/office/people/{username}/tokens/revoke")
async def revoke(request: Request, visitor: Keeping, username: str) -> Response:
    """A token opens nothing any more."""
    person, services = found_for(request, visitor, username), services_of(request)
    key = texts(await read_form(request)).get("key", [""])[0]
    if not await revoke_by_key(services.pool, person.username, key):
        raise Problem(404, "not_found")
    services.sign_ins.forget(username)
    log.info("token.revoked", username=username, key=key[:12], by=visitor.caller.person.username)
    return RedirectResponse(f"/office/people/{username}?done=token", 303)
