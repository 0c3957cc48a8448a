"""A plain address that gets each checkpoint as it is."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from audit.places.delivery import deliver
from audit.places.place import PlaceAway, PlaceRefused
from audit.places.webhook import WebhookPlace
from storage.log import copies_of
from storage.pool import Pool
from tests.audit.places.records import grown
from tests.audit.witness.serving import listening


class Hook:
    """Answers what it is told to, and keeps what it got."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        self.got: list[str] = []
        self.authorization: str | None = None

    async def take(self, request: Request) -> Response:
        self.got.append((await request.body()).decode())
        self.authorization = request.headers.get("authorization")
        return self.answer

    @property
    def application(self) -> Starlette:
        return Starlette(routes=[Route("/vao", self.take, methods=["POST"])])


async def test_it_gets_the_note_once_and_its_answer_is_the_receipt(pool: Pool) -> None:
    made, hook = await grown(pool, 3), Hook(PlainTextResponse("Đã nhận\x00\n số 15", 201))
    async with listening(hook.application) as url:
        place = WebhookPlace(f"{url.replace('//', '//ai:mat@')}/vao?ma=bi-mat")
        for _ in range(2):
            await deliver(pool, place, made.size)
    assert hook.got == [made.note]
    assert hook.authorization is not None
    (copy,) = await copies_of(pool, made.size)
    assert copy.receipt == "Đã nhận số 15"
    assert copy.place == f"{url}/vao"


async def test_what_it_does_not_take_is_not_noted(pool: Pool) -> None:
    made = await grown(pool, 3)
    for status, failure in ((404, PlaceRefused), (307, PlaceRefused), (500, PlaceAway)):
        async with listening(Hook(Response(status_code=status)).application) as url:
            with pytest.raises(failure, match=str(status)):
                await deliver(pool, WebhookPlace(f"{url}/vao"), made.size)
    assert await copies_of(pool, made.size) == []
