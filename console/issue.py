"""`dondoc issue`: directives from a YAML, JSON or Excel file."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from api.auth import Caller
from api.bodies import parse_command
from api.language import said
from api.lookup import refuse_unknown_parents
from api.problems import Problem
from console.client import AsUser, Key, Token, Url, language, signed_in
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, err, fail, out, print_json, run
from console.files import read_directives
from console.progress import steps
from console.reach import record
from domain.commands import CommandEnvelope, IssueDirective
from domain.decider import decide
from domain.decision import Decided, Decision
from domain.events import DirectiveIssued
from domain.facts import Facts
from domain.ids import directive_id_for
from domain.refusals import Refusal
from domain.telling import shown_due
from domain.validity import DatedDirectory
from storage.pool import Pool
from storage.reference import ReferenceCache


def issue(
    file: Annotated[
        str, Parameter(help="Tệp YAML, JSON, xlsx; “-” đọc từ stdin · file, or - for stdin", allow_leading_hyphen=True)
    ],
    *,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=(), help="Chỉ kiểm tra, không giao · check only")] = False,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Giao một hoặc nhiều nhiệm vụ, tất cả hoặc không · issue one directive or many, all or none."""
    items = read_directives(file)
    if dry_run:
        _show_check(run(_check(items, as_user, data)), as_json=as_json)
        return

    async def send() -> list[dict[str, Any]]:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            with steps() as tell:
                if len(items) == 1:
                    return [await api.post("/directives", items[0], key)]
                tell(f"Giao {len(items)} nhiệm vụ · issuing {len(items)} directives")
                answer = await api.post("/directives", {"directives": items}, key)
                return list(answer["items"])

    _show(run(send()), as_json=as_json)


async def _check(items: list[dict[str, Any]], user: str | None, data: Path) -> list[dict[str, Any]]:
    """What issuing would give, by the very rules and the directory of the record; of every item, not only the first refused."""
    if user is None:
        fail(USAGE, "--dry-run cần --as NGƯỜI_DÙNG · --dry-run needs --as USER")
    async with record(data) as pool:
        facts = (await ReferenceCache(pool).current()).facts(datetime.now(UTC))
        return [
            {"item": number, "title": item.get("title"), **await _outcome(item, user, facts, pool)}
            for number, item in enumerate(items, 1)
        ]


async def _outcome(item: dict[str, Any], user: str, facts: Facts, pool: Pool) -> dict[str, Any]:
    try:
        command: IssueDirective = parse_command(IssueDirective, item)
    except Problem as problem:
        reasons = "; ".join(f"{fault.field}: {said(fault.reason, language())}" for fault in problem.faults)
        return {"refused": {"code": problem.code, "detail": reasons}}
    decision = _decided(command, user, facts)
    if isinstance(decision, Decided):
        decision = await _parent_refusal(command, user, facts, pool) or decision
    if isinstance(decision, Refusal):
        return {"refused": {"code": decision.code, "detail": decision.message(language())}}
    if isinstance(decision.events[0], DirectiveIssued):
        issued = decision.events[0]
        return {"lead_unit": issued.lead_unit, "due_at": issued.plan.model_dump(mode="json")["due_at"]}
    raise TypeError("an issue decides for DirectiveIssued")


async def _parent_refusal(command: IssueDirective, user: str, facts: Facts, pool: Pool) -> Refusal | None:
    caller = Caller(facts.directory.people[user], facts.directory, DatedDirectory())
    try:
        await refuse_unknown_parents(caller, [command.parent], pool)
    except Problem as problem:
        return problem.refusal
    return None


def _decided(command: IssueDirective, user: str, facts: Facts) -> Decision:
    command_id = uuid4()
    envelope = CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id_for(command_id),
        user=user,
        at=datetime.now(UTC),
        command=command,
    )
    return decide(None, envelope, facts)


def _show_check(outcomes: list[dict[str, Any]], *, as_json: bool) -> None:
    refused = [outcome for outcome in outcomes if "refused" in outcome]
    if as_json:
        print_json(outcomes)
    else:
        _show([outcome for outcome in outcomes if "refused" not in outcome], as_json=False)
    for outcome in refused:
        line = f"{outcome['item']}. {outcome['title'] or '?'}: {outcome['refused']['detail']} [{outcome['refused']['code']}]"
        err.print(Text(line, "bold red"), soft_wrap=True)
    if refused:
        sys.exit(REFUSED)


def _show(states: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(states)
        return
    table = Table("Số · code", "Nhiệm vụ · directive", "Chủ trì · lead", "Thời hạn · due", box=None)
    for state in states:
        due = datetime.fromisoformat(state["due_at"]) if state["due_at"] else None
        table.add_row(state.get("code", ""), Text(state["title"]), state["lead_unit"], shown_due(due))
    out.print(table)
