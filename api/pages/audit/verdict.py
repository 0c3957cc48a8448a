"""A verification of the whole record at the press of a button, and its verdict as a page to be filed."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.auditing import VERIFY_SECONDS, verification
from api.language import Words
from api.pages.audit.heads import heads_of
from api.pages.audit.visitors import AuditingAll, note_page, places
from api.pages.forms import read_form
from api.pages.rendering import page
from api.services import services_of
from audit.verify.findings import FOUND_AT_MOST, NAMES, Kind
from domain.instants import instant_from
from storage.log import head_position, last_checkpoint

router = APIRouter(include_in_schema=False)

SHOWN = 100
"""Findings on the page; all of them come from the API and the command line."""


@dataclass(frozen=True)
class Part:
    """One thing that is compared, and how much of it differs."""

    title: Words
    text: Words
    kinds: tuple[Kind, ...]
    findings: int = 0


PARTS = (
    Part(
        ("Nội dung từng sự kiện", "Every event"),
        (
            "Chuỗi byte đã ghi cho ra đúng mã băm đã lưu; các cột tra cứu khớp với nội dung; đọc được trọn vẹn.",
            "The bytes give the hash that is kept, the columns say what the bytes say, and all of it can be read.",
        ),
        (Kind.BYTES, Kind.COLUMNS, Kind.EVENT),
    ),
    Part(
        ("Thứ tự", "Order"),
        (
            "Vị trí liền nhau không thiếu không lặp; phiên bản của mỗi nhiệm vụ nối tiếp nhau.",
            "Positions follow each other without gap or repeat, and so do the versions of each directive.",
        ),
        (Kind.POSITIONS, Kind.CHAIN),
    ),
    Part(
        ("Cây băm và điểm kiểm", "Tree and checkpoints"),
        (
            "Gốc cây tính lại ở cỡ của mỗi điểm kiểm đúng là gốc đã ký; chữ ký của nhật ký đúng.",
            "The root computed again at the size of each checkpoint is the one that was signed; the signatures hold.",
        ),
        (Kind.TREE, Kind.CHECKPOINT),
    ),
    Part(
        ("Nhân chứng và dấu thời gian", "Witnesses and time stamps"),
        (
            "Chữ ký của nhân chứng và dấu thời gian của bên ngoài khớp với điểm kiểm mà chúng mang.",
            "Cosignatures of witnesses and time stamps of authorities fit the checkpoints that they are of.",
        ),
        (Kind.COSIGNATURE, Kind.TIME_STAMP),
    ),
    Part(
        ("Danh sách và hộp thư", "Lists and inboxes"),
        (
            "Dựng lại từ sự kiện, mỗi dòng trong danh sách nhiệm vụ và mỗi thông báo đều ra như đang lưu.",
            "Made again from the events, each line of the list of directives and of the inboxes is as it is kept.",
        ),
        (Kind.READ_MODEL,),
    ),
    Part(
        ("Nhật ký lượt xem", "Notes of reads"),
        ("Số lượng và nội dung khớp với niêm phong.", "Their number and content agree with the seals."),
        (Kind.READS,),
    ),
)


@router.get("/audit/verify")
async def explain(request: Request, visitor: AuditingAll) -> Response:
    """What is compared, and the button."""
    await note_page(request, visitor, "verify page")
    return await _shown(request, visitor, None)


@router.post("/audit/verify")
async def run(request: Request, visitor: AuditingAll) -> Response:
    """Verify as the API does, one at a time and within the same limit, and show the verdict."""
    await read_form(request)
    await note_page(request, visitor, "verify")
    began = time.perf_counter()
    seen = await verification(services_of(request))
    return await _shown(request, visitor, seen, time.perf_counter() - began)


async def _shown(request: Request, visitor: AuditingAll, seen: dict[str, Any] | None, took: float = 0.0) -> Response:
    services = services_of(request)
    pool = services.pool
    counted = Counter(Kind(one["kind"]) for one in seen["findings"]) if seen else Counter[Kind]()
    last = await last_checkpoint(pool)
    return page(
        request,
        "audit/verify.html",
        visitor=visitor,
        now=services.now(),
        places=places(visitor),
        parts=[Part(one.title, one.text, one.kinds, sum(counted[kind] for kind in one.kinds)) for one in PARTS],
        seen=seen,
        findings=[(one["position"], NAMES[Kind(one["kind"])], one["what"]) for one in seen["findings"][:SHOWN]]
        if seen
        else [],
        at_least=bool(seen) and len(seen["findings"]) == FOUND_AT_MOST if seen else False,
        stamped_at=instant_from(seen["stamped_at"]) if seen and seen["stamped_at"] else None,
        took=took,
        limit=int(VERIFY_SECONDS),
        head=await head_position(pool),
        last=(await heads_of(pool, [last]))[0] if last else None,
    )
