"""`dondoc issue`: directives from a YAML, JSON or Excel file."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import yaml
from cyclopts import Parameter
from openpyxl import load_workbook
from pydantic import ValidationError
from rich.table import Table

from console.client import AsUser, Token, Url, call, signed_in
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run, say
from console.reach import record
from domain.calendar import WorkCalendar
from domain.commands import CommandEnvelope, IssueDirective
from domain.decider import decide
from domain.decision import Decided
from domain.events import DirectiveIssued
from domain.facts import Facts
from domain.ids import directive_id_for
from domain.instants import shown
from domain.refusals import Refusal
from domain.text import compose_all
from storage.reference import ReferenceCache

MOST_AT_ONCE = 200
_LISTS = ("coordinating_units", "informed_units", "waivers")


def issue(
    file: Annotated[str, Parameter(help="Tệp YAML, JSON, xlsx; “-” đọc từ stdin · file, or - for stdin")],
    *,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=(), help="Chỉ kiểm tra, không giao · check only")] = False,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Giao một hoặc nhiều nhiệm vụ, tất cả hoặc không · issue one directive or many, all or none."""
    items = read_directives(file)
    if dry_run:
        _show(run(_check(items, as_user, data)), as_json)
        return
    _show(run(_issue(items, as_user, token, url, data)), as_json)


def read_directives(file: str) -> list[dict[str, Any]]:
    """The issue bodies of a file, text composed (NFC), a shared `source` given to each that has none."""
    try:
        content = _rows(Path(file)) if file.lower().endswith(".xlsx") else _document(file)
    except (OSError, ValueError, yaml.YAMLError, UnicodeError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
    if isinstance(content, dict):
        shared = content.get("source") if "directives" in content else None
        content = content.get("directives", [content])
    else:
        shared = None
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        fail(USAGE, f"{file}: cần một nhiệm vụ hoặc một danh sách · one directive or a list of them is expected")
    if len(content) > MOST_AT_ONCE:
        fail(USAGE, f"{file}: quá {MOST_AT_ONCE} nhiệm vụ · more than {MOST_AT_ONCE} directives")
    return [{**({"source": shared} if shared else {}), **compose_all(item)} for item in content]


def _document(file: str) -> Any:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    return compose_all(yaml.safe_load(text))  # JSON is YAML


def _rows(path: Path) -> list[dict[str, Any]]:
    """Rows of the first sheet under a header of field names; deadline.working_days and source.number name inner fields."""
    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell or "").strip() for cell in next(rows, ())]
    items = []
    for row in rows:
        item: dict[str, Any] = {}
        for name, cell in zip(header, row, strict=False):
            if name and cell is not None and str(cell).strip():
                _put(item, name, cell)
        if item:
            items.append(item)
    return items


def _put(item: dict[str, Any], name: str, cell: Any) -> None:
    outer, _, inner = name.partition(".")
    value = [part.strip() for part in str(cell).split(",")] if outer in _LISTS else cell
    if isinstance(value, str):
        value = value.strip()
    if inner:
        item.setdefault(outer, {})[inner] = value
    else:
        item[outer] = value


async def _issue(
    items: list[dict[str, Any]], user: str | None, token: str | None, url: str | None, data: Path
) -> list[dict[str, Any]]:
    async with signed_in(data, url, token, user) as client:
        key = str(uuid4())  # one key for the whole call, so that a retry after a lost answer issues nothing twice
        if len(items) == 1:
            return [await call(client, "POST", "/directives", items[0], **{"Idempotency-Key": key})]
        say(f"Giao {len(items)} nhiệm vụ · issuing {len(items)} directives")
        answer = await call(client, "POST", "/directives", {"directives": items}, **{"Idempotency-Key": key})
        return list(answer["items"])


async def _check(items: list[dict[str, Any]], user: str | None, data: Path) -> list[dict[str, Any]]:
    """What issuing would give, by the very rules and the directory of the record; every refusal is shown, not only the first."""
    if user is None:
        fail(USAGE, "--dry-run cần --as NGƯỜI_DÙNG · --dry-run needs --as USER")
    async with record(data) as pool:
        reference = await ReferenceCache(pool).current()
    facts = Facts(reference.directory, reference.policies, WorkCalendar(), "(thử)")
    results, faults = [], []
    for number, item in enumerate(items, 1):
        outcome = _decide(item, user, facts)
        if isinstance(outcome, str):
            faults.append(f"{number}. {item.get('title', '?')}: {outcome}")
        else:
            results.append(outcome)
    if faults:
        fail(REFUSED, "\n".join(faults))
    return results


def _decide(item: dict[str, Any], user: str, facts: Facts) -> dict[str, Any] | str:
    try:
        command = IssueDirective.model_validate(item)
    except ValidationError as error:
        return "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors())
    command_id: UUID = uuid4()
    envelope = CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id_for(command_id),
        user=user,
        at=datetime.now(UTC),
        command=command,
    )
    decision = decide(None, envelope, facts)
    if isinstance(decision, Refusal):
        return f"{decision.message('vi')} [{decision.code}]"
    if isinstance(decision, Decided) and isinstance(decision.events[0], DirectiveIssued):
        issued = decision.events[0]
        return {"code": issued.code, "title": issued.title, "lead_unit": issued.lead_unit,
                "due_at": issued.plan.model_dump(mode="json")["due_at"]}  # fmt: skip
    raise TypeError("an issue decides for DirectiveIssued")


def _show(states: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(states)
        return
    table = Table("Số · code", "Nhiệm vụ · directive", "Chủ trì · lead", "Thời hạn · due", box=None)
    for state in states:
        table.add_row(state["code"], state["title"], state["lead_unit"], shown_due(state["due_at"]))
    out.print(table)


def shown_due(due_at: str | None) -> str:
    """A deadline as people read it, on the local clock."""
    return shown(datetime.fromisoformat(due_at)) if due_at else "không hạn"
