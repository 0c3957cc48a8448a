"""`dondoc substitutions …`: who acts for whom between two days."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from api.substitutions import substitution_view
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.deciding import Decision, carry_out, day
from console.reach import record
from domain.reorganising import substituted, substitution_ended
from domain.substitution import Substitution
from domain.text import compose
from domain.validity import DatedDirectory
from storage.directory import today
from storage.reference import load_reference

substitutions = App(name="substitutions", help="Ủy quyền · who acts for whom")


@substitutions.command(name="add")
def add(
    who: Annotated[str, Parameter(help="Người được ủy quyền · who acts")],
    *,
    absent: Annotated[str, Parameter("--for", help="Người ủy quyền · for whom")],
    first: Annotated[str, Parameter("--from", help="Ngày đầu · first day, 2026-07-01")],
    last: Annotated[str, Parameter("--to", help="Ngày cuối, tính cả ngày đó · last day, included")],
    decision: Decision = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Ủy quyền từ ngày đến ngày · one person acts for another from day to day."""
    wanted = Substitution(
        id=uuid4(),
        absent=absent,
        substitute=who,
        first_day=day(first, "--from"),
        last_day=day(last, "--to"),
        decision_number=compose(decision) if decision else None,
    )
    carry_out(lambda held: substituted(held, wanted), data, as_json=as_json)


@substitutions.command(name="list")
def list_substitutions(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Danh sách ủy quyền · list the substitutions."""
    dated = run(_dated(data))
    if as_json:
        print_json([substitution_view(one, dated) for one in dated.substitutions.values()])
        return
    table = Table(
        "Mã · id", "Người được ủy quyền · acts", "Thay · for", "Từ · from", "Đến · to", "Số · decision", box=None
    )
    for one in dated.substitutions.values():
        view = substitution_view(one, dated)
        days = view["first_day"], view["last_day"]
        table.add_row(view["id"], Text(view["substitute_name"]), Text(view["absent_name"]), *days, one.decision_number)
    out.print(table)


@substitutions.command(name="end")
def end(
    substitution: Annotated[str, Parameter(help="Mã, hoặc vài ký tự đầu · id, or how it begins")],
    *,
    last: Annotated[
        str | None, Parameter("--to", help="Ngày cuối mới (mặc định: kết thúc ngay) · new last day")
    ] = None,
    decision: Decision = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Kết thúc ủy quyền sớm · end one early."""
    one = _named(substitution, run(_dated(data)))
    last_day = day(last, "--to") if last else today() - timedelta(days=1)
    carry_out(lambda held: substitution_ended(held, one, last_day, today(), decision), data, as_json=as_json)


def _named(text: str, dated: DatedDirectory) -> UUID:
    found = [one for one in dated.substitutions if str(one).startswith(text)] if text else []
    if len(found) > 1:
        fail(USAGE, f"Nhiều việc ủy quyền bắt đầu bằng {text} · several begin with {text}")
    if not found:
        fail(REFUSED, f"Không có việc ủy quyền {text} · there is no substitution {text}", "dondoc substitutions list")
    return found[0]


async def _dated(data: Data) -> DatedDirectory:
    async with record(data) as pool:
        return (await load_reference(pool)).dated
