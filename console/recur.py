"""`dondoc recur …`: recurring directives. Changes go through the API; list and show read the record."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import yaml
from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from api.recurrence_views import change_view, occurrence_views, recurrence_view
from console.client import AsUser, Key, Token, Url, language, signed_in
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.files import document
from console.reach import record
from console.reading import note_here
from domain.calendar import WorkCalendar
from domain.reading import Opened
from domain.recurrence import Status
from domain.telling import shown_due
from domain.text import compose
from storage.calendar import load_calendar
from storage.recurrences import RecurrencePage, changes_of, find_recurrence, occurrences, recurrences_page

recur = App(name="recur", help="Nhiệm vụ định kỳ · recurring directives")

MOST_ROWS = 10_000
MOST_OCCURRENCES = 1000
Id = Annotated[str, Parameter(help="Mã (UUID) của nhiệm vụ định kỳ · id of the recurrence")]
Reason = Annotated[str | None, Parameter("--reason", help="Lý do · why")]


@recur.command(name="add")
def add(
    file: Annotated[
        str, Parameter(help="Tệp YAML hoặc JSON; “-” đọc từ stdin · file, or - for stdin", allow_leading_hyphen=True)
    ],
    *,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Lập nhiệm vụ định kỳ từ mẫu và quy tắc · set one up: template, rule, first_on, last_on."""
    body = _read(file)

    async def send() -> dict[str, Any]:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            return dict(await api.post("/recurrences", body, key))

    _show(run(send()), as_json=as_json)


@recur.command(name="list")
def list_command(
    *,
    status: Annotated[Status | None, Parameter("--status", help="Chỉ trạng thái này · only this status")] = None,
    limit: Annotated[int, Parameter("--limit", help="Số dòng nhiều nhất · most rows")] = 50,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Danh sách nhiệm vụ định kỳ, mới nhất trước · list them, newest first."""

    async def read() -> tuple[RecurrencePage, WorkCalendar]:
        async with record(data) as pool:
            found = await recurrences_page(pool, None, status=status, limit=max(1, min(limit, MOST_ROWS)))
            return found, await load_calendar(pool)

    (found, calendar), now = run(read()), datetime.now(UTC)
    items = [recurrence_view(one, now, calendar) for one in found.items]
    if as_json:
        print_json({"items": items, "total": found.total})
        return
    table = Table("Mã · id", "Nhiệm vụ · title", "Chủ trì", "Trạng thái", "Kỳ tới · next", box=None)
    for item in items:
        table.add_row(item["id"], Text(item["title"]), item["lead_unit"], item["status_name"], _next(item))
    out.print(table)
    out.print(f"{len(items)}/{found.total}")


@recur.command(name="show")
def show(recurrence: Id, *, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Một nhiệm vụ định kỳ: các kỳ đã giao, bị từ chối, sắp giao · one, with its occurrences and next times."""
    found = run(_whole(_id(recurrence), data))
    if found is None:
        fail(
            REFUSED,
            f"Không có nhiệm vụ định kỳ {recurrence}. · There is no recurrence {recurrence}.",
            "Xem · see: dondoc recur list",
        )
    _show(found, as_json=as_json)


@recur.command(name="pause")
def pause(
    recurrence: Id,
    *,
    reason: Reason = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Tạm dừng: các kỳ rơi vào lúc dừng bị bỏ qua · pause it; periods meanwhile are left out."""
    _change("pause", recurrence, _reason(reason), (as_user, token, url, key), data, as_json=as_json)


@recur.command(name="resume")
def resume(
    recurrence: Id,
    *,
    reason: Reason = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Tiếp tục · resume it."""
    _change("resume", recurrence, _reason(reason), (as_user, token, url, key), data, as_json=as_json)


@recur.command(name="end")
def end(
    recurrence: Id,
    *,
    reason: Reason = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Kết thúc hẳn; việc đã giao vẫn tiếp tục · end it for good; what was issued goes on."""
    _change("end", recurrence, _reason(reason), (as_user, token, url, key), data, as_json=as_json)


@recur.command(name="backfill")
def backfill(
    recurrence: Id,
    *,
    from_: Annotated[str, Parameter("--from", help="Kỳ đầu, như 2026-01, 2026-W05 · first period")],
    to: Annotated[str, Parameter("--to", help="Kỳ cuối · last period")],
    reason: Reason = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Giao bù các kỳ đã qua, mỗi kỳ một lần · issue periods that were left out or refused, none twice."""
    body = {"from": from_, "to": to, **_reason(reason)}
    answer = _change("backfill", recurrence, body, (as_user, token, url, key), data, as_json=as_json)
    if not as_json:
        words = {"issued": "đã giao · issued", "refused": "bị từ chối · refused", "pending": "đang chờ · pending"}
        for one in answer["periods"]:
            out.print(f"{one['period']}: {words[one['outcome']]}")


def _change(
    command: str,
    recurrence: str,
    body: dict[str, Any],
    sender: tuple[str | None, str | None, str | None, str | None],
    data: Path,
    *,
    as_json: bool,
) -> dict[str, Any]:
    as_user, token, url, key = sender
    path = f"/recurrences/{_id(recurrence)}/{command}"

    async def send() -> dict[str, Any]:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            return dict(await api.post(path, body, key))

    answer = run(send())
    _show(answer, as_json=as_json)
    return answer


async def _whole(recurrence_id: UUID, data: Path) -> dict[str, Any] | None:
    now = datetime.now(UTC)
    async with record(data) as pool:
        found = await find_recurrence(pool, recurrence_id)
        if found is None:
            return None
        await note_here(pool, Opened.RECURRENCE, subject=recurrence_id, version=found.recurrence.version)
        changes = await changes_of(pool, recurrence_id)
        issued, refused = await occurrences(pool, recurrence_id, MOST_OCCURRENCES)
        calendar = await load_calendar(pool)
    return recurrence_view(found.recurrence, now, calendar) | {
        "changes": [change_view(one) for one in changes],
        "occurrences": occurrence_views(issued, refused, now, language()),
    }


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    out.print(Text(f"{found['id']} · {found['title']}: {found['status_name']}, {found['lead_unit']}"), soft_wrap=True)
    for coming in found["next"]:
        line = f"  kỳ tới · next {coming['period']}: giao {_local(coming['issue_at'])}, hạn {coming['due_on']}"
        out.print(Text(line, "dim"), soft_wrap=True)
    table = Table("Kỳ · period", "Số · code", "Nhiệm vụ · directive", "Trạng thái", "Thời hạn", box=None)
    for one in found["occurrences"]:
        if one["outcome"] == "issued":
            state = one["directive"]
            standing = f"{state['phase_name']}, {state['timeliness_name']}"
            table.add_row(one["period"], state["code"], Text(state["title"]), standing, _local(state["due_at"]))
        else:
            refusal = one["refusal"]
            table.add_row(one["period"], "—", Text(f"{refusal['detail']} [{refusal['code']}]", "red"), "Bị từ chối", "")
    if found["occurrences"]:
        out.print(table)
    for change in found["changes"]:
        periods = f" {change['first_period']} … {change['last_period']}" if change["first_period"] else ""
        because = f": {change['reason']}" if change["reason"] else ""
        who = change["actor"]["name"]
        out.print(Text(f"  {_local(change['at'])} {change['kind_name']}{periods}, {who}{because}"), soft_wrap=True)


def _next(item: dict[str, Any]) -> str:
    return _local(item["next"][0]["issue_at"]) if item["next"] else "—"


def _local(moment: str | None) -> str:
    return shown_due(datetime.fromisoformat(moment) if moment else None)


def _reason(reason: str | None) -> dict[str, str]:
    return {"reason": compose(reason)} if reason else {}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        fail(USAGE, f"“{text}” không phải mã (UUID). · not an id (UUID).", "Xem · see: dondoc recur list")


def _read(file: str) -> dict[str, Any]:
    try:
        content = document(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
    if not isinstance(content, dict):
        fail(USAGE, f"{file}: cần template và rule · an object with template and rule is expected")
    _clock(content.get("rule"))
    return content


def _clock(rule: Any) -> None:
    """To YAML 1.1 a bare 10:30 is a number of base sixty; here it is always meant as a clock time."""
    issue = rule.get("issue") if isinstance(rule, dict) else None
    if isinstance(issue, dict) and isinstance(issue.get("at"), int):
        issue["at"] = f"{issue['at'] // 60:02}:{issue['at'] % 60:02}"
