"""GET /audit/…: where the record stands, signed; proofs against that; and whether it is what it was."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.auth import Caller, SignedIn
from api.problems import Problem
from api.reading import audit_opened
from api.services import Services, services_of
from audit.log.checkpoint import Checkpoint
from audit.log.ledger import BeyondCheckpoint, Proof, consistency, inclusion, with_cosignatures
from audit.log.nodes import NodeMissing
from audit.log.note import NoteRefused
from audit.log.tree import ProofRefused
from audit.places.stamp import read_roots
from audit.snapshot import apart
from audit.verify.view import verified
from domain.directory import Role
from domain.instants import rfc3339
from storage.log import StoredCheckpoint, checkpoint_of, last_checkpoint
from storage.log_keys import adopted_keys

_P = TypeVar("_P")

router = APIRouter()
log = structlog.get_logger()

MOST_EVENTS = 2**62
Position = Annotated[int, Query(ge=1, le=MOST_EVENTS)]
Size = Annotated[int, Query(ge=0, le=MOST_EVENTS)]
VERIFY_SECONDS = 120.0
"""For a record of some millions of events; a larger one is verified at the command line."""
RETRY_AFTER = {"Retry-After": "20"}


async def auditor(caller: SignedIn) -> Caller:
    """The caller, if auditor or administrator; else 403."""
    if not any(grant.role in (Role.AUDITOR, Role.ADMIN) for grant in caller.person.roles):
        raise Problem(403, "auditors_only")
    return caller


Auditor = Annotated[Caller, Depends(auditor)]


async def auditor_of_all(caller: Auditor) -> Caller:
    """The caller, if auditor or administrator over a unit at the top; else 403. What is told is of every unit."""
    if not audits_all(caller):
        raise Problem(403, "auditors_only")
    return caller


def audits_all(caller: Caller) -> bool:
    """Whether the caller is auditor or administrator over a unit at the top."""
    held = (grant.unit for grant in caller.person.roles if grant.role in (Role.AUDITOR, Role.ADMIN))
    return any(caller.directory.units[unit].parent is None for unit in held if unit in caller.directory.units)


@router.get("/audit/checkpoint", summary="Điểm kiểm cuối cùng", dependencies=[Depends(audit_opened)])
async def checkpoint(request: Request, size: Size | None = None) -> Response:
    """The last checkpoint, or that of `size`: the signed note (C2SP) for `Accept: text/plain`, else JSON with the note in it."""
    services = services_of(request)
    stored = await (last_checkpoint(services.pool) if size is None else checkpoint_of(services.pool, size))
    if stored is None:
        raise Problem(404, "no_checkpoint")
    held = await cosigned(services, stored)
    if "text/plain" in request.headers.get("accept", ""):
        return PlainTextResponse(str(held.note))
    return JSONResponse(_checkpoint_view(stored, held))


async def cosigned(services: Services, stored: StoredCheckpoint) -> Checkpoint:
    """A checkpoint with the cosignatures received for it; 500 if it cannot be read."""
    try:
        return await with_cosignatures(services.pool, stored)
    except NoteRefused as error:
        log.error("log.broken", reason=str(error), see="dondoc audit verify")  # noqa: TRY400 - the reason says it all
        raise Problem(500, "record_altered") from error


@router.get("/audit/keys", summary="Các khoá của nhật ký", dependencies=[Depends(audit_opened)])
async def keys(request: Request) -> dict[str, Any]:
    """The public keys that the log has signed with, the one in use last, each with the statement by which it was taken up."""
    adopted = await adopted_keys(services_of(request).pool)
    return {"items": [{"key": one.key, "statement": one.statement} for one in adopted]}


@router.get(
    "/audit/inclusion", summary="Bằng chứng một sự kiện nằm trong bản ghi", dependencies=[Depends(audit_opened)]
)
async def inclusion_proof(request: Request, position: Position, size: Size | None = None) -> dict[str, Any]:
    """The hashes from the event at `position` to the root over `size` events, or the last checkpoint's (RFC 9162, 2.1.3)."""
    services = services_of(request)
    against = await _size(services, size)
    proof = await proof_of(inclusion(services.pool, position, against), "position")
    return {"position": position, "leaf_index": position - 1, **_proof_view(proof)}


@router.get("/audit/consistency", summary="Bằng chứng bản ghi chỉ được nối thêm", dependencies=[Depends(audit_opened)])
async def consistency_proof(
    request: Request, from_size: Annotated[int, Query(alias="from", ge=0, le=MOST_EVENTS)], to: Size | None = None
) -> dict[str, Any]:
    """The hashes that prove that the record of `to` events goes on from that of `from` (RFC 9162, 2.1.4)."""
    services = services_of(request)
    against = await _size(services, to)
    proof = await proof_of(consistency(services.pool, from_size, against), "from")
    return {"from": from_size, **_proof_view(proof)}


@router.get("/audit/verify", summary="Kiểm chứng toàn bộ bản ghi")
async def verify_record(request: Request, caller: Annotated[Caller, Depends(auditor_of_all)]) -> dict[str, Any]:
    """Bytes, versions, positions, checkpoints and read models, in one snapshot. One verification at a time; 429 meanwhile."""
    await audit_opened(request, caller)
    return await verification(services_of(request))


async def verification(services: Services) -> dict[str, Any]:
    """The verdict as JSON values; 429 while another verification runs, 503 when it takes too long."""
    if services.verifying.locked():
        raise Problem(429, "verification_running", headers=RETRY_AFTER)
    async with services.verifying:
        try:
            async with asyncio.timeout(VERIFY_SECONDS) as limit:
                # Seals and signatures are checked there too: a large record has seconds of work in each.
                return await apart(verified, services.database_url, await asyncio.to_thread(_tsa_roots, services))
        except TimeoutError:
            if not limit.expired():
                raise  # the database's own
            raise Problem(503, "verification_too_long", headers=RETRY_AFTER) from None


def _tsa_roots(services: Services) -> Path | None:
    """Their file; none if it cannot be read, and time stamps are then told as not checked."""
    try:
        return services.tsa_roots if services.tsa_roots and read_roots(services.tsa_roots) else None
    except ValueError as error:
        log.warning("tsa_roots.unreadable", reason=str(error))
        return None


async def _size(services: Services, size: int | None) -> int:
    if size is not None:
        return size
    last = await last_checkpoint(services.pool)
    if last is None:
        raise Problem(404, "no_checkpoint")
    return last.size


async def proof_of(work: Awaitable[_P], field: str) -> _P:
    """What a proof comes to; 409, 422 about `field`, or 500 where the record does not hold what it needs."""
    try:
        return await work
    except BeyondCheckpoint:
        raise Problem(409, "beyond_checkpoint") from None
    except NodeMissing as error:
        log.error("log.broken", reason=str(error), see="dondoc audit verify")  # noqa: TRY400 - the reason says it all
        raise Problem(500, "record_altered") from error
    except ProofRefused as error:
        raise Problem(422, "invalid_parameter", field=field, reason=("không nằm trong cây", str(error))) from None


def _proof_view(proof: Proof) -> dict[str, Any]:
    return {"size": proof.size, "hashes": [one.hex() for one in proof.hashes]}


def _checkpoint_view(stored: StoredCheckpoint, held: Checkpoint) -> dict[str, Any]:
    return {
        "origin": held.head.origin,
        "size": stored.size,
        "root": stored.root.hex(),
        "made_at": rfc3339(stored.made_at),
        "note": str(held.note),
        "signatures": [{"name": one.name, "key_id": one.key_id.hex()} for one in held.note.signatures],
    }
