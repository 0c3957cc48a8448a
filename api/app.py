"""The API process: routes, error answers, and what lives as long as the process."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import KeepAliveConfig, RetryConfig

from api import (
    auditing,
    calendar,
    commands,
    conformance,
    deadlines,
    desk,
    export,
    files,
    health,
    overview,
    people,
    queries,
    reads,
    reconciliation,
    recurrences,
    replaying,
    stream,
    substitutions,
)
from api.broadcast import Broadcaster
from api.districts import Districts
from api.faults import reason_of
from api.gateway import RETRY_AFTER, CommandGateway
from api.headers import PrivateAnswers
from api.pages import PAGES
from api.pages.problems import is_page, problem_page
from api.params import readable_query
from api.problems import Problem
from api.schemas import PROBLEMS, describe
from api.secret_paths import loggable
from api.services import Services
from api.signing import routes as signing
from api.signing.openid.setup import Setup, setup_of
from api.signing.passwords import Passwords
from api.signing.throttle import Throttle
from api.signins import SignIns
from settings import Settings
from storage.filters import UnfitKey
from storage.objects import open_objects
from storage.pool import UNAVAILABLE, open_pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from telemetry import settle_memory
from workflows.converter import DATA_CONVERTER
from workflows.schedules import Schedules

if TYPE_CHECKING:
    from api.signing.openid.client import OpenID

log = structlog.get_logger()

PREFIX = "/api/v1"
KEEP_ALIVE_SECONDS = 65
"""So long a connection may lie idle: longer than clients (httpx: 5 s) and proxies (often 60 s) keep theirs, so that it is they
who close it. Where both do at the same moment, a request meets a connection that is just being closed."""


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; connects when it starts to serve, and serves although a server is away.

    SetupUnusable if what is configured of an OpenID provider cannot be used.
    """
    setup = setup_of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise SystemExit("DONDOC_DATABASE_URL is not set. Run `dondoc up` for the embedded default, or set it.")
        pool = await open_pool(settings.database_url, program="dondoc-api")
        client = await _lazy_client()
        app.state.streams = Counter()
        app.state.services = Services(
            pool=pool,
            client=client,
            store=PostgresEventStore(pool),
            reference=ReferenceCache(pool),
            gateway=CommandGateway(client, queue=settings.task_queue),
            broadcaster=Broadcaster(settings.database_url),
            sign_ins=SignIns(pool),
            passwords=Passwords(),
            throttle=Throttle(),
            session_idle=timedelta(minutes=settings.session_idle_minutes),
            session_lasts=timedelta(hours=settings.session_hours),
            public_url=settings.public_url,
            objects=open_objects(settings.objects_place),
            max_file_bytes=settings.max_file_bytes,
            schedules=Schedules(client, settings.task_queue),
            districts=Districts(settings.database_url),
            task_queue=settings.task_queue,
            database_url=settings.database_url,
            openid=_openid(setup),
            tsa_roots=settings.tsa_roots,
        )
        settle_memory()
        async with app.state.services.broadcaster.running():
            yield
        app.state.services.passwords.close()
        if app.state.services.openid is not None:
            await app.state.services.openid.provider.aclose()
        try:
            async with asyncio.timeout(5):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    app = FastAPIOffline(
        title="Đôn Đốc",
        summary="Giao việc, đôn đốc và lưu vết nhiệm vụ · directives assigned, pressed for and proven",
        version="0.1.0",
        redirect_slashes=False,  # a redirect would name the host and scheme that a proxy in front has hidden
        lifespan=lifespan,
    )
    app.include_router(health.router, tags=["health"])
    tagged = (
        (files, "files"),
        (commands, "commands"),
        (export, "queries"),
        (deadlines, "queries"),
        (overview, "queries"),
        (queries, "queries"),  # after those whose fixed names under /directives its {reference} would take
        (conformance, "audit"),
        (recurrences, "recurrences"),
    )
    for router, tag in (
        *tagged,
        (people, "people"),
        (signing, "people"),
        (desk, "people"),
        (substitutions, "people"),
        (calendar, "people"),
        (auditing, "audit"),
        (reads, "audit"),
        (replaying, "audit"),
        (stream, "stream"),
        (reconciliation, "audit"),
    ):
        app.include_router(
            router.router, prefix=PREFIX, tags=[tag], dependencies=[Depends(readable_query)], responses=PROBLEMS
        )
    for page in PAGES:
        app.include_router(page.router)
    if setup is not None:
        from api.pages import openid  # only now: its libraries cost every other start a tenth of a second

        app.include_router(openid.router)
    _answer_errors(app)
    app.add_middleware(PrivateAnswers)
    describe(app)
    return app


def _openid(setup: Setup | None) -> "OpenID | None":
    if setup is None:
        return None
    from api.signing.openid.client import OpenID  # only now: as for its pages

    log.info("openid.configured", issuer=setup.issuer, provision=setup.mapping.provision, callback=setup.redirect_uri)
    return OpenID(setup)


async def _lazy_client() -> Client:
    config = ClientConfig.load_client_connect_config()
    return await Client.connect(
        **config,
        data_converter=DATA_CONVERTER,
        lazy=True,  # the API answers 503 while Temporal is away, rather than not at all
        retry_config=RetryConfig(max_elapsed_time_millis=4000, max_retries=20),
        keep_alive_config=KeepAliveConfig(interval_millis=10_000, timeout_millis=5_000),
    )


async def _answer(problem: Problem, request: Request) -> Response:
    return await problem_page(request, problem) if is_page(request) else problem.response(request)


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return await _answer(error, request)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        details = error.errors()[0]
        kind, *place = details["loc"]
        if kind == "path":
            return await _answer(Problem(404, "not_found"), request)
        named, reason = str(place[0]), reason_of(details)
        return await _answer(Problem(422, "invalid_parameter", field=named, reason=reason), request)

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code)
        if code is None:
            return await internal(request, error)
        return await _answer(Problem(error.status_code, code, headers=error.headers), request)

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, _: ClientDisconnect) -> Response:
        log.info("api.client_gone", path=loggable(request.url.path))
        return Response(status_code=499)  # nobody is left to read it

    async def away(request: Request, error: Exception) -> Response:
        log.warning("record.away", error=repr(error))
        return await _answer(Problem(503, "record_unavailable", headers=RETRY_AFTER), request)

    @app.exception_handler(UnfitKey)
    async def unfit(request: Request, _: UnfitKey) -> Response:
        return await _answer(Problem(422, "invalid_cursor"), request)

    for kind in UNAVAILABLE:
        app.add_exception_handler(kind, away)

    @app.exception_handler(Exception)
    async def internal(request: Request, error: Exception) -> Response:
        reference = uuid4().hex[:12]
        log.error("api.defect", reference=reference, path=loggable(request.url.path), exc_info=error)
        return await _answer(Problem(500, "internal_error", reference=reference), request)
