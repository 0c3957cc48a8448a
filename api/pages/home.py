"""The first page: what waits for this person, the most urgent first, and how everything stands in one line of figures."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.filters import scope_of
from api.language import Words
from api.overview import overview_for
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.services import services_of
from domain.desk import Waits, answers_first, answers_for, by_urgency, headed_by, lies_on_desk
from domain.directory import Person, Role
from domain.state import DirectiveState, Phase
from storage.directives import at_work_in, escalated, waiting
from storage.queries import sql

router = APIRouter(include_in_schema=False)

MOST = 200
"""More than a desk bears; what lies beyond is reached through the list."""
SHOWN = 50
"""Of each pile."""
DECIDERS = frozenset({Role.LEADER, Role.UNIT_HEAD})
"""Roles that may decide for the side that issued: leaders, and heads on what they delegated."""
GUIDE = "dondoc_guide"
_YEAR = 365 * 24 * 3600


Lying = Mapping[UUID, tuple[Waits, Person] | None]
"""By directive, why it lies on the desk and in whose place; see `lies_on_desk`."""


@dataclass(frozen=True)
class Pile:
    """Directives that wait for the same thing."""

    key: str
    title: Words
    states: list[DirectiveState]
    onward: str = ""
    """The list that holds all of them, where there is one."""


@dataclass(frozen=True)
class Step:
    """One step of the guide for those who are here for the first time."""

    title: Words
    text: Words
    address: str = ""


_ONWARD = {
    "results": "/directives?awaits=acceptance",
    "extensions": "/directives?awaits=extension",
    "declines": "/directives?awaits=decline",
    "approvals": "/directives?awaits=approval",
    "escalated": "/directives?timeliness=overdue&status=issued&status=in_progress&sort=due_at",
}

_PILES: tuple[tuple[str, Words], ...] = (
    ("rework", ("Phải thực hiện lại", "Came back for rework")),
    ("results", ("Kết quả chờ nghiệm thu", "Results to accept")),
    ("extensions", ("Đề nghị gia hạn chờ quyết định", "Extensions to decide")),
    ("declines", ("Nhiệm vụ bị trả lại", "Declines to settle")),
    ("approvals", ("Chờ thủ trưởng xác nhận", "Results to approve in the unit")),
    ("work", ("Việc tôi đang thực hiện", "What I carry out")),
    ("offers", ("Chờ tiếp nhận, phân công", "To be taken or assigned")),
)


@router.get("/")
async def home(request: Request, visitor: Visiting) -> Response:
    """The desk."""
    services, now = services_of(request), services_of(request).now()
    caller, pool = visitor.caller, services.pool
    position = await pool.fetchval(sql("head_position"))
    scope, people = scope_of(caller), (caller.person, *caller.directory.absent_for(caller.person.username))
    found, led, above, overview = await asyncio.gather(
        waiting(
            pool,
            scope,
            [one.username for one in people],
            frozenset().union(*(answers_for(one, caller.directory) for one in people)),
            MOST,
            decides=bool(visitor.roles & DECIDERS),
        ),
        at_work_in(pool, headed_by(caller.person, caller.directory), MOST)
        if Role.UNIT_HEAD in visitor.roles
        else _nothing(),
        escalated(pool, scope, now, MOST) if Role.LEADER in visitor.roles else _nothing(),
        overview_for(services, caller),
    )
    lying = {state.id: lies_on_desk(state, caller.person, caller.directory) for state in (*found, *led)}
    piles = _escalated(above) + _piles(sorted(found, key=lambda state: by_urgency(state, now)), lying, visitor)
    piles += _others_at_work(sorted(led, key=lambda state: (not _came_back(state), by_urgency(state, now))), visitor)
    return page(
        request,
        "home.html",
        visitor=visitor,
        now=now,
        position=position,
        watch="all",
        piles=piles,
        totals=overview.figures.cells,
        marks=_marks((*found, *led), lying, visitor),
        cut=len(found) >= MOST,
        shown=SHOWN,
        guide=() if request.cookies.get(GUIDE) == "hidden" else _guide(visitor),
    )


@router.post("/guide/hide")
async def hide_guide() -> Response:
    """Remember in this browser that the guide has been read."""
    answer = RedirectResponse("/", 303)
    answer.set_cookie(GUIDE, "hidden", max_age=_YEAR, path="/", samesite="lax", httponly=True)
    return answer


def _guide(visitor: Visitor) -> list[Step]:
    """What this person's roles let them do, in the order in which one begins."""
    steps = []
    if visitor.issues:
        text = (
            "Đủ “bốn rõ”: rõ người, rõ việc, rõ thời gian, rõ kết quả; hệ thống nhắc ngay khi còn thiếu.",
            "The four clear points: who, what, by when, with which result; what is missing is told as you go.",
        )
        steps.append(Step(("Giao nhiệm vụ", "Issue a directive"), text, "/issue"))
    if visitor.works:
        text = (
            "Mở nhiệm vụ, tiếp nhận, phân công chuyên viên, báo cáo tiến độ; việc gấp nhất luôn ở trên cùng.",
            "Open a directive, acknowledge it, assign an officer, report; what presses most is always on top.",
        )
        steps.append(Step(("Nhận và làm việc được giao", "Take on what was issued to you"), text, "/directives"))
    if visitor.audits:
        text = (
            "Xem lại đơn vị và cả quận tại một thời điểm, kiểm chứng bản ghi, tải gói chứng cứ.",
            "See a unit or the district as it stood, verify the record, take a bundle of evidence.",
        )
        steps.append(Step(("Kiểm tra bản ghi", "Audit the record"), text, "/audit"))
    text = (
        "Trang tự cập nhật khi có thay đổi; chuông báo ở góc trên cho biết việc mới.",
        "Pages bring themselves up to date; the bell above tells of what is new.",
    )
    steps.append(Step(("Theo dõi", "Follow"), text, "/notices"))
    text = (
        "Kéo thanh “Xem lại” ở trang nhiệm vụ để thấy trang như đã đứng tại từng sự kiện.",
        "Move the slider of a directive to see its page as it stood after each event.",
    )
    steps.append(Step(("Xem lại lịch sử", "Replay"), text))
    return steps


async def _nothing() -> list[DirectiveState]:
    return []


def _others_at_work(states: list[DirectiveState], visitor: Visitor) -> list[Pile]:
    """What officers of the units that the visitor heads carry out."""
    theirs = [state for state in states if state.officer not in (None, visitor.caller.person.username)]
    return [Pile("unit", ("Đơn vị đang thực hiện", "At work in the unit"), theirs)] if theirs else []


def _escalated(states: list[DirectiveState]) -> list[Pile]:
    title = ("Đã báo cáo vượt cấp", "Escalated to you")
    return [Pile("escalated", title, states, _ONWARD["escalated"])] if states else []


def _piles(states: Iterable[DirectiveState], lying: Lying, visitor: Visitor) -> list[Pile]:
    held: dict[str, list[DirectiveState]] = {}
    own = {"work": f"/directives?status=open&officer={visitor.caller.person.username}&sort=due_at"}
    for state in states:
        lies = lying[state.id]
        if lies is not None and answers_first(state, *lies, visitor.caller.directory):
            held.setdefault(_pile_of(state, lies[0]), []).append(state)
    return [Pile(key, title, held[key], _ONWARD.get(key, own.get(key, ""))) for key, title in _PILES if key in held]


def _pile_of(state: DirectiveState, why: Waits) -> str:
    match why:
        case Waits.DECISION if state.phase is Phase.DECLINED:
            return "declines"
        case Waits.DECISION if state.phase is Phase.AWAITING_ACCEPTANCE:
            return "results"
        case Waits.DECISION:
            return "extensions"
        case Waits.APPROVAL:
            return "approvals"
        case Waits.WORK:
            return "rework" if _came_back(state) else "work"
        case Waits.OFFER:
            return "rework" if _came_back(state) else "offers"


def _came_back(state: DirectiveState) -> bool:
    """Whether a result was not accepted, and none has been reported since."""
    return state.rework_count > 0 and state.reported_at is None


def _marks(states: Iterable[DirectiveState], lying: Lying, visitor: Visitor) -> dict[UUID, tuple[str, ...]]:
    """What is told beside the title: for whom it lies here, where that is somebody absent, and that it came back."""
    english = visitor.language == "en"
    marks: dict[UUID, tuple[str, ...]] = {}
    for state in states:
        lies = lying[state.id]
        told = [("rework" if english else "làm lại")] if _came_back(state) else []
        if lies is not None and lies[1].username != visitor.caller.person.username:
            told.append(f"{'for' if english else 'thay'} {lies[1].full_name}")
        marks[state.id] = tuple(told)
    return marks
