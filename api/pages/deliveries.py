"""/office/deliveries: what left the house, what waits, and what was given up; for administrators of the whole house."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import read_form, texts, whole_number
from api.pages.rendering import page
from api.pages.webhooks import Administering, administering
from api.problems import Problem
from api.services import services_of
from domain.events import NotificationSent
from domain.instants import local
from domain.telling import told
from domain.text import Code
from storage.deliveries import MailOutcome, outcomes_of_mail
from storage.digests import digests_settled, send_digest_again
from storage.outbox import deliveries_in, send_again
from storage.webhooks import webhooks_kept

router = APIRouter(include_in_schema=False)

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_ADDRESS = "/office/deliveries"
_MOST = 50
_AMONG = 20_000
"""Events of the record in which outcomes of mail are looked for: to look for old ones takes longer than this page may."""


@router.get(_ADDRESS)
async def deliveries(
    request: Request, visitor: Administering, done: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Mail, digests and webhooks, the latest of each."""
    pool = services_of(request).pool
    failed = await outcomes_of_mail(pool, "NotificationFailed", among=_AMONG, limit=_MOST)
    sent = await outcomes_of_mail(pool, "NotificationSent", among=_AMONG, limit=_MOST)
    return page(
        request,
        "deliveries.html",
        visitor=visitor,
        done=done,
        webhooks=await webhooks_kept(pool),
        states=[(state, await deliveries_in(pool, state, _MOST)) for state in ("dead", "waiting", "sent")],
        failed=[(one, told(one.event.data, {}, visitor.language)) for one in failed],
        sent=[(one, _recipients(one)) for one in sent],
        digests=await digests_settled(pool, _MOST),
        today=local(services_of(request).now()).date(),
        most=_MOST,
    )


@router.post(_ADDRESS + "/again", dependencies=[Depends(administering)])
async def again(request: Request) -> Response:
    """Send again what was given up: one message to a webhook, or without a position all of it. Twice is once."""
    values = {name: held[0] for name, held in texts(await read_form(request)).items()}
    position = whole_number(values.get("position", "")) if values.get("position") else None
    try:
        webhook_id = UUID(values.get("webhook", ""))
    except ValueError as error:
        raise Problem(422, "malformed_form") from error
    if isinstance(position, str):
        raise Problem(422, "malformed_form")
    await send_again(services_of(request).pool, webhook_id, position)
    return RedirectResponse(f"{_ADDRESS}?done=again", 303)


@router.post(_ADDRESS + "/digest", dependencies=[Depends(administering)])
async def digest_again(request: Request) -> Response:
    """Try a digest of today again that the mail server refused."""
    values = {name: held[0] for name, held in texts(await read_form(request)).items()}
    try:
        day, username = date.fromisoformat(values.get("day", "")), _CODE.validate_python(values.get("username", ""))
    except ValueError as error:
        raise Problem(422, "malformed_form") from error
    await send_digest_again(services_of(request).pool, username, day)
    return RedirectResponse(f"{_ADDRESS}?done=again", 303)


def _recipients(one: MailOutcome) -> str:
    data = one.event.data
    delivered = data.delivered if isinstance(data, NotificationSent) else ()
    return ", ".join(dict.fromkeys(mail.recipient for mail in delivered))
