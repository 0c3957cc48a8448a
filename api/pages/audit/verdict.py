"""A verification of the whole record at the press of a button, and its verdict as a page to be filed."""

import base64
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
from api.pages.visitor import Visitor
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


@dataclass(frozen=True)
class Outcome:
    """What came of a part."""

    part: Part
    findings: int
    left_open: Words | None = None
    """Why nothing is said of it although nothing differs."""


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
        ("Dấu thời gian", "Time stamps"),
        (
            "Dấu thời gian của tổ chức bên ngoài khớp với điểm kiểm mà nó mang.",
            "What authorities outside have stamped is the checkpoint that they stamped.",
        ),
        (Kind.TIME_STAMP,),
    ),
    Part(
        ("Chữ ký của nhân chứng", "Cosignatures of witnesses"),
        (
            "Nhân chứng đã ký đúng các điểm kiểm này.",
            "Witnesses have signed these checkpoints.",
        ),
        (Kind.COSIGNATURE,),
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


async def _shown(request: Request, visitor: Visitor, seen: dict[str, Any] | None, took: float = 0.0) -> Response:
    services = services_of(request)
    pool = services.pool
    last = await last_checkpoint(pool)
    return page(
        request,
        "audit/verify.html",
        visitor=visitor,
        now=services.now(),
        places=places(visitor),
        checks=PARTS,
        seen=seen,
        took=took,
        limit=int(VERIFY_SECONDS),
        head=await head_position(pool),
        last=(await heads_of(pool, [last]))[0] if last else None,
        **(_told(seen) if seen else {}),
    )


def _told(seen: dict[str, Any]) -> dict[str, Any]:
    """What the verdict holds, as the template shows it."""
    findings = seen["findings"]
    counted = Counter(Kind(one["kind"]) for one in findings)
    return {
        "root": base64.b64encode(bytes.fromhex(seen["root"])).decode(),  # as a checkpoint has it
        "outcomes": [Outcome(one, sum(counted[kind] for kind in one.kinds), _open(one, seen)) for one in PARTS],
        "findings": [(one["position"], NAMES[Kind(one["kind"])], one["what"]) for one in findings[:SHOWN]],
        "at_least": len(findings) == FOUND_AT_MOST,
        "stamped_at": instant_from(seen["stamped_at"]) if seen["stamped_at"] else None,
    }


def _open(part: Part, seen: dict[str, Any]) -> Words | None:
    """Where there was nothing to compare, or nothing to compare it with, “holds” would say too much."""
    nothing = ("không có", "there are none")
    if Kind.CHECKPOINT in part.kinds:
        return None if seen["checkpoints"] else ("chưa có điểm kiểm", "no checkpoints yet")
    if Kind.TIME_STAMP in part.kinds and not seen["time_stamps"]:
        return ("chưa kiểm chữ ký", "signatures not checked") if seen["time_stamps_not_checked"] else nothing
    if Kind.COSIGNATURE in part.kinds:
        # Which witnesses to believe is for the one who verifies to say, and a page cannot be told.
        return ("chưa kiểm, cần khoá", "not checked, keys needed") if seen["cosignatures_of_unknown_keys"] else nothing
    return None
