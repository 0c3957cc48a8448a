"""The story of `dondoc demo`: what leaders and units do, through the same API that everyone uses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from console.files import read_directives
from domain.directory import Directory, Role
from domain.state import StatusCell

STEP_SECONDS = 1.5
"""Between two steps of a course, so that eyes can follow."""
PATIENCE = 60.0


class StoryBroken(Exception):
    """Something did not go as the story needs it; the message says what."""


@dataclass(frozen=True)
class Cast:
    """The people who act on a directive."""

    leader: httpx.AsyncClient
    head: httpx.AsyncClient
    officer: httpx.AsyncClient


@dataclass(frozen=True)
class Part:
    """One directive of the story: its issue body and the course it takes."""

    body: dict[str, Any]
    course: str
    within: float | None


def parts_of(folder: Path) -> tuple[str, list[Part]]:
    """The leader of a sample district's story, and its parts."""
    story = yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8"))
    bodies = {body["title"]: body for body in read_directives(str(folder / "directives.yaml"))}
    parts = [Part(bodies[p["title"]], p["course"], p.get("within")) for p in story["directives"]]
    return story["leader"], parts


class Story:
    """Issues the parts and plays their courses side by side."""

    def __init__(
        self,
        parts: list[Part],
        leader: str,
        directory: Directory,
        client_for: Callable[[str], Awaitable[httpx.AsyncClient]],
    ) -> None:
        self._parts = parts
        self._leader = leader
        self._directory = directory
        self._client_for = client_for
        self.ids: list[str] = []

    async def issue(self) -> None:
        """Issue everything at once, as one conclusion does: all or none."""
        start = datetime.now(UTC)
        bodies = []
        for part in self._parts:
            body = dict(part.body)
            if part.within is not None:
                due = start + timedelta(seconds=part.within)
                body |= {"deadline": {"at": due.isoformat()}, "policy": "trinh-dien"}
            bodies.append(body)
        leader = await self._client_for(self._leader)
        answer = await _ok(leader.post("/directives", json={"directives": bodies}))
        self.ids = [item["id"] for item in answer["items"]]

    async def play(self) -> None:
        """All courses, until each is where the story leaves it."""
        pairs = enumerate(zip(self._parts, self.ids, strict=True))
        tasks = [asyncio.create_task(self._play(part, directive, n)) for n, (part, directive) in pairs]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _play(self, part: Part, directive: str, number: int) -> None:
        await asyncio.sleep(STEP_SECONDS + number * 0.4)
        course = _COURSES[part.course]
        await course(Course(directive, await self._cast(part)))

    async def _cast(self, part: Part) -> Cast:
        unit = part.body["lead_unit"]
        head = self._directory.holders(Role.UNIT_HEAD, unit, nearest=True)[0]
        officer = part.body.get("officer") or head
        return Cast(*[await self._client_for(user) for user in (self._leader, head, officer)])

    def expected(self) -> dict[str, int]:
        """In which cell the story should leave how many directives; compared with what the record says."""
        counts: dict[str, int] = {}
        for part in self._parts:
            without = "none_because" in part.body["deadline"] and part.within is None
            cell = _LEAVES[part.course]
            if without and cell is not StatusCell.WITHDRAWN:
                cell = StatusCell(f"{cell.partition('_')[0]}_no_deadline")
            counts[cell] = counts.get(cell, 0) + 1
        return counts

    @property
    def late_one(self) -> str:
        """The directive that runs late, for the replay at the end."""
        return next(d for part, d in zip(self._parts, self.ids, strict=True) if part.course == "late")


@dataclass(frozen=True)
class Course:
    """One directive with its people; a course is a few steps on it."""

    directive: str
    cast: Cast

    async def do(self, who: httpx.AsyncClient, command: str, **body: Any) -> None:
        """A command, then a pause for the eyes."""
        await _ok(who.post(f"/directives/{self.directive}/{command}", json=body))
        await asyncio.sleep(STEP_SECONDS)

    async def until(self, happened: str) -> None:
        """Wait until the directive has an event of this type."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    events = await _ok(self.cast.leader.get(f"/directives/{self.directive}/events"))
                    if any(item["type"] == happened for item in events["items"]):
                        return
                    await asyncio.sleep(0.3)
        except TimeoutError:
            raise StoryBroken(f"{happened} did not come within {PATIENCE:.0f} s on {self.directive}") from None

    async def take_on(self) -> None:
        """The head acknowledges."""
        await self.do(self.cast.head, "acknowledge")

    async def work(self, percent: int, note: str) -> None:
        """The officer reports progress."""
        await self.do(self.cast.officer, "report-progress", percent=percent, note=note)

    async def finish(self, result: str) -> None:
        """The officer reports, the head approves, unless they are the same person; the leader accepts."""
        await self.report(result)
        await self.do(self.cast.leader, "accept", note="Đồng ý kết quả.")

    async def report(self, result: str) -> None:
        """The result reaches the leader's desk."""
        await self.do(self.cast.officer, "report-completion", result=result)
        if self.cast.officer is not self.cast.head:
            await self.do(self.cast.head, "approve-completion")


async def _done(course: Course) -> None:
    await course.take_on()
    await course.work(60, "Đã có dự thảo, đang lấy ý kiến các đơn vị phối hợp.")
    await course.finish("Đã ban hành và gửi các đơn vị.")


async def _under_way(course: Course) -> None:
    await course.take_on()
    await course.work(30, "Đang triển khai, chưa có vướng mắc.")


async def _acknowledged(course: Course) -> None:
    await course.take_on()


async def _awaiting(course: Course) -> None:
    await course.take_on()
    await course.report("Đã gửi biểu chỉ tiêu có ý kiến của các phường.")


async def _reworked(course: Course) -> None:
    await course.take_on()
    await course.report("Bảng phân định trách nhiệm, bản thứ nhất.")
    await course.do(course.cast.leader, "reject", reason="Chưa rõ trách nhiệm ở bước thẩm định; bổ sung và trình lại.")
    await course.work(80, "Đã bổ sung bước thẩm định.")
    await course.finish("Bảng phân định trách nhiệm, bản thứ hai, đủ các bước.")


async def _withdrawn(course: Course) -> None:
    await course.take_on()
    await course.do(course.cast.leader, "withdraw", reason="Gộp vào nhiệm vụ về biểu chỉ tiêu thu, chi ngân sách.")


async def _late(course: Course) -> None:
    await course.take_on()
    await course.work(20, "Vướng số liệu cấp phép của các phường.")
    await course.until("Escalated")
    await course.work(90, "Đã đủ số liệu sau khi lãnh đạo đôn đốc.")
    await course.finish("Biểu chỉ tiêu cấp phép xây dựng, có số liệu 14 phường.")


async def _left_alone(course: Course) -> None:
    await course.until("Escalated")


_COURSES: dict[str, Callable[[Course], Awaitable[None]]] = {
    "done": _done,
    "under_way": _under_way,
    "acknowledged": _acknowledged,
    "awaiting": _awaiting,
    "reworked": _reworked,
    "withdrawn": _withdrawn,
    "late": _late,
    "left_alone": _left_alone,
}
_LEAVES = {
    "done": StatusCell.COMPLETED_IN_TIME,
    "under_way": StatusCell.OPEN_IN_TIME,
    "acknowledged": StatusCell.OPEN_IN_TIME,
    "awaiting": StatusCell.OPEN_IN_TIME,
    "reworked": StatusCell.COMPLETED_IN_TIME,
    "withdrawn": StatusCell.WITHDRAWN,
    "late": StatusCell.COMPLETED_OVERDUE,
    "left_alone": StatusCell.OPEN_OVERDUE,
}


async def _ok(request: Awaitable[httpx.Response]) -> Any:
    answer = await request
    if not answer.is_success:
        raise StoryBroken(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return answer.json()
