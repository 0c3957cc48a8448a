"""Who may open which of the auditor's pages, as the API has it, and the note of what they opened."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.auditing import auditor, auditor_of_all, audits_all
from api.pages.visitor import Visiting, Visitor
from api.reading import note
from api.replaying import overseer
from api.services import services_of
from domain.reading import Door, Opened


async def _auditing(visitor: Visiting) -> Visitor:
    await auditor(visitor.caller)
    return visitor


async def _auditing_all(visitor: Visiting) -> Visitor:
    await auditor_of_all(visitor.caller)
    return visitor


async def _overseeing(visitor: Visiting) -> Visitor:
    await overseer(visitor.caller)
    return visitor


Auditing = Annotated[Visitor, Depends(_auditing)]
"""Auditors and administrators; 403 for others."""
AuditingAll = Annotated[Visitor, Depends(_auditing_all)]
"""The same, over a unit at the top."""
Overseeing = Annotated[Visitor, Depends(_overseeing)]
"""Leaders too."""


async def note_page(request: Request, visitor: Visitor, detail: str) -> None:
    """Note which of the auditor's pages is opened; 503 if it cannot be noted."""
    await note(services_of(request), visitor.caller, Opened.AUDIT, detail=detail, door=Door.PAGE)


def places(visitor: Visitor) -> list[tuple[str, tuple[str, str]]]:
    """The auditor's pages that are open to this visitor: address and words."""
    if not visitor.audits:
        return []
    found = [
        ("/audit", ("Bàn kiểm toán", "Audit desk")),
        ("/audit/state", ("Xem lại một thời điểm", "As it stood")),
        ("/audit/verify", ("Kiểm chứng bản ghi", "Verify the record")),
        ("/audit/checkpoints", ("Điểm kiểm", "Checkpoints")),
        ("/audit/bundle", ("Gói chứng cứ", "Bundle")),
        ("/audit/reads", ("Ai đã xem gì", "Who read what")),
    ]
    return [one for one in found if one[0] != "/audit/verify" or audits_all(visitor.caller)]
