"""GET /livez and /readyz."""

import asyncio
from datetime import timedelta

import asyncpg
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse
from temporalio.service import RPCError

from api.services import Services, services_of
from storage.pool import UNAVAILABLE
from storage.queries import sql

router = APIRouter()

READY_SECONDS = 3.0


@router.get("/livez", summary="Tiến trình đang chạy", openapi_extra={"security": []})
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="Sẵn sàng nhận lệnh", openapi_extra={"security": []})
async def readyz(request: Request) -> JSONResponse:
    """Whether the record and Temporal answer; 503 with what does not."""
    services = services_of(request)
    record, engine = await asyncio.gather(_record(services), _engine(services))
    ready = record == engine == "ok"
    headers = {} if ready else {"Retry-After": "5"}
    return JSONResponse({"record": record, "temporal": engine}, 200 if ready else 503, headers)


async def _record(services: Services) -> str:
    try:
        async with asyncio.timeout(READY_SECONDS):
            await services.pool.fetchval(sql("head_position"))
    except (*UNAVAILABLE, asyncpg.PostgresError) as error:  # the latter: up, but not ours yet, as before the migration
        return f"away: {type(error).__name__}"
    return "ok"


async def _engine(services: Services) -> str:
    try:
        async with asyncio.timeout(READY_SECONDS):
            healthy = await services.client.service_client.check_health(timeout=timedelta(seconds=READY_SECONDS))
    except (RPCError, RuntimeError, TimeoutError) as error:  # a lazy client that cannot connect raises RuntimeError
        return f"away: {type(error).__name__}"
    return "ok" if healthy else "away: not serving"
