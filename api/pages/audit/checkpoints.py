"""The checkpoints, the newest first, each as the note that was signed; and the proof that one goes on from another."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.auditing import cosigned, proof_of
from api.pages.audit.heads import Head, heads_of
from api.pages.audit.visitors import note_page, places
from api.pages.forms import Filled
from api.pages.rendering import page
from api.pages.visitor import Visiting
from api.params import readable_query
from api.problems import Problem
from api.services import services_of
from audit.log.ledger import Proof, consistency
from audit.log.tree import ProofRefused, check_consistency
from domain.wording import Language
from storage.log import StoredCheckpoint, checkpoint_of, checkpoints_before
from storage.pool import Pool

router = APIRouter(include_in_schema=False)

_A_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A proof of consistency that was made, and whether it leads from the one root to the other."""

    old: Head
    new: Head
    proof: Proof
    holds: bool


@router.get("/audit/checkpoints", dependencies=[Depends(readable_query)])
async def checkpoints(
    request: Request,
    visitor: Visiting,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    old: Annotated[str, Query(alias="from", max_length=20)] = "",
    new: Annotated[str, Query(alias="to", max_length=20)] = "",
) -> Response:
    """A page of them; with two sizes, the proof between these."""
    services = services_of(request)
    asked = bool(old.strip() or new.strip())
    await note_page(request, visitor, f"consistency from={old} to={new}" if asked else "checkpoints")
    found = await checkpoints_before(services.pool, before, _A_PAGE + 1)
    filled, shown = Filled({"from": [old], "to": [new]}), None
    if asked:
        ends, faults = await _ends(services.pool, old.strip(), new.strip(), visitor.language)
        filled = Filled(filled.values, faults)
        shown = await _proven(services.pool, *ends) if not faults else None
    elif len(found) > 1:
        filled = Filled({"from": [str(found[1].size)], "to": [str(found[0].size)]})
    return page(
        request,
        "audit/checkpoints.html",
        visitor=visitor,
        now=services.now(),
        status=422 if filled.faults else 200,
        places=places(visitor),
        heads=await heads_of(services.pool, found[:_A_PAGE]),
        following=found[_A_PAGE - 1].size if len(found) > _A_PAGE else None,
        before=before,
        filled=filled,
        shown=shown,
    )


@router.get("/audit/checkpoints/{size}")
async def note_of(request: Request, visitor: Visiting, size: int) -> Response:
    """The signed note as text, with the cosignatures received for it (C2SP tlog-checkpoint)."""
    services = services_of(request)
    await note_page(request, visitor, f"checkpoint {size}")
    stored = await checkpoint_of(services.pool, size) if 0 <= size <= 2**62 else None
    if stored is None:
        raise Problem(404, "no_checkpoint")
    return PlainTextResponse(str((await cosigned(services, stored)).note))


async def _ends(pool: Pool, old: str, new: str, language: Language) -> tuple[list[StoredCheckpoint], dict[str, str]]:
    """The two checkpoints, and what is wrong with the sizes by the names of the inputs."""
    found, faults = [], dict[str, str]()
    for name, text in (("from", old), ("to", new)):
        digits = text.replace(".", "")
        number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None
        stored = None if number is None else await checkpoint_of(pool, number)
        if stored is None:
            vi, en = "Không có điểm kiểm nào ở cỡ này.", "There is no checkpoint of this size."
            faults[name] = en if language == "en" else vi
        else:
            found.append(stored)
    if not faults and found[0].size > found[1].size:
        vi, en = "Điểm kiểm này phải sau điểm kiểm kia.", "This one has to come after the other."
        faults["to"] = en if language == "en" else vi
    return found, faults


async def _proven(pool: Pool, old: StoredCheckpoint, new: StoredCheckpoint) -> Shown:
    proof = await proof_of(consistency(pool, old.size, new.size), "from")
    holds = True
    try:
        check_consistency(old.size, new.size, proof.hashes, old.root, new.root)
    except ProofRefused:
        holds = False
    earlier, later = await heads_of(pool, [old, new])
    return Shown(earlier, later, proof, holds)
