"""The proof of one directive: each of its events is in the signed log. For everybody who may see the directive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.auditing import proof_of
from api.bundling import Chosen, bundle_of
from api.pages.audit.heads import heads_of
from api.pages.audit.visitors import places
from api.pages.forms import read_form
from api.pages.rendering import page
from api.pages.visitor import Visiting
from api.params import readable_query
from api.reading import note_directive, opened
from api.services import services_of
from audit.log.ledger import inclusions
from audit.log.tree import ProofRefused, check_inclusion
from domain.reading import Door, Opened
from domain.telling import actor_named
from domain.wording import Language
from storage.envelope import leaf_hash
from storage.log import StoredCheckpoint, last_checkpoint
from storage.pool import Pool
from storage.store import RecordedEvent

router = APIRouter(include_in_schema=False)

_A_PAGE = 50


@dataclass(frozen=True)
class Proven:
    """An event with its place in the log."""

    version: int
    type: str
    occurred_at: datetime
    who: str
    position: int
    leaf: str
    """Computed from the event's bytes, not read."""
    hashes: tuple[str, ...] | None
    """From the leaf to the root, lowest first; None where no checkpoint covers the event yet."""
    holds: bool
    """Whether they lead to the signed root."""


@router.get("/proof/{reference}", dependencies=[Depends(readable_query)])
async def proof(
    request: Request,
    visitor: Visiting,
    reference: str,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:
    """Its events, the newest first, each with the inclusion proof against the last checkpoint."""
    services = services_of(request)
    found = await opened(visitor.caller, reference, services, Opened.EVENTS, Door.PAGE)
    await note_directive(services, visitor.caller, Opened.AUDIT, found, detail="inclusion", door=Door.PAGE)
    recorded = (await services.store.events_of(found.state.id))[: found.state.version]
    shown = recorded[: before - 1 if before else None][-_A_PAGE:]
    last = await last_checkpoint(services.pool)
    events = await _proven(services.pool, shown, last, visitor.language)
    return page(
        request,
        "audit/proof.html",
        visitor=visitor,
        now=services.now(),
        places=places(visitor),
        state=found.state,
        head=(await heads_of(services.pool, [last]))[0] if last else None,
        events=events[::-1],
        count=len(recorded),
        waiting=sum(one.global_position > (last.size if last else 0) for one in recorded),
        broken=sum(one.hashes is not None and not one.holds for one in events),
        following=events[0].version if events and events[0].version > 1 else None,
    )


@router.post("/proof/{reference}/bundle")
async def download(request: Request, visitor: Visiting, reference: str) -> Response:
    """The offline bundle of this directive."""
    await read_form(request)
    services = services_of(request)
    found = await opened(visitor.caller, reference, services, Opened.BUNDLE, Door.PAGE)
    code = found.state.code
    return await bundle_of(services, Chosen(f"nhiệm vụ {code}", code.replace("/", "-"), (found.state.id,)))


async def _proven(
    pool: Pool, events: Sequence[RecordedEvent], last: StoredCheckpoint | None, language: Language
) -> list[Proven]:
    covered = [one.global_position for one in events if last and one.global_position <= last.size]
    proofs = await proof_of(inclusions(pool, covered, last.size), "position") if last and covered else []
    found = dict(zip(covered, proofs, strict=True))
    shown = []
    for one in events:
        leaf, made, holds = leaf_hash(one.canonical), found.get(one.global_position), False
        if made is not None and last is not None:
            try:
                check_inclusion(leaf, one.global_position - 1, made.size, made.hashes, last.root)
                holds = leaf == one.leaf_hash
            except ProofRefused:
                pass
        hashes = tuple(step.hex() for step in made.hashes) if made else None
        shown.append(
            Proven(
                version=one.event.stream_version,
                type=one.event.data.type,
                occurred_at=one.event.occurred_at,
                who=actor_named(one.event.actor, language),
                position=one.global_position,
                leaf=leaf.hex(),
                hashes=hashes,
                holds=holds,
            )
        )
    return shown
