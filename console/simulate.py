"""`dondoc simulate`: a period of directives on virtual time, under one set of policies or several side by side."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import yaml
from cyclopts import Parameter
from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, err, fail, out, print_json, run, say
from console.entries import faults
from console.simulated import comparison_table, unit_table
from domain.calendar import WorkCalendar
from domain.directory import Directory, DirectoryError, Person, Unit
from domain.facts import Facts
from domain.policy import PoliciesContradict, Policy, check_together
from domain.text import compose_all
from simulation.behaviour import Behaviour, behaviour_in
from simulation.office import NobodyActs, staffed
from simulation.report import Report, report_of
from simulation.run import NothingToSimulate, Plan, month_of, period, simulate
from storage.seed import default_policies, policies_in

DISTRICT = Path(__file__).parent.parent / "examples" / "long-bien"
SHIPPED = "default"
"""How --policy names the set that the project ships."""
MOST, LONGEST = 1_000_000, 120

T = TypeVar("T")


def simulate_command(
    *,
    directives: Annotated[int, Parameter("--directives", help="Số nhiệm vụ được giao · how many are issued")],
    months: Annotated[int, Parameter("--months", help="Số tháng · over how many months")],
    from_: Annotated[str, Parameter("--from", help="Tháng đầu, NĂM-THÁNG · first month, YYYY-MM")] = "2026-01",
    seed: Annotated[int, Parameter("--seed", help="Cùng số cho cùng kết quả · the same seed, the same result")] = 1,
    units: Annotated[
        Path | None, Parameter("--units", help="Đơn vị (và users:) khác quận mẫu · units other than the sample's")
    ] = None,
    policy: Annotated[
        tuple[str, ...],
        Parameter("--policy", help="Tệp chính sách, hoặc default; nhiều lần để so sánh · file, several to compare"),
    ] = (),
    behaviour: Annotated[
        Path | None, Parameter("--behaviour", help="Cách các đơn vị làm việc, YAML · how units behave")
    ] = None,
    write: Annotated[
        bool, Parameter("--write", negative=(), help="Ghi vào bản ghi còn trống làm lịch sử · write as history")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Mô phỏng một kỳ giao việc trên thời gian ảo, so sánh chính sách · simulate a period on virtual time, compare policies."""
    if not 1 <= directives <= MOST or not 1 <= months <= LONGEST:
        fail(USAGE, f"--directives: 1–{MOST}, --months: 1–{LONGEST}")
    if write and (units or policy):
        fail(USAGE, "--write dùng đơn vị và chính sách của bản ghi · goes by the record's own units and policies")
    try:
        start, end = period(month_of(from_), months)
    except ValueError:
        fail(USAGE, f"--from {from_}: cần NĂM-THÁNG, ví dụ 2026-10 · a month like 2026-10 is expected")
    behave = _behaviour(behaviour)
    asked = {"directives": directives, "months": months, "from": from_, "seed": seed}
    if write:
        reports = [run(_write(directives, start, end, seed, behave, data))]
    else:
        directory = _directory(units)
        sets = {name: _policies(name) for name in dict.fromkeys(policy or (SHIPPED,))}
        facts = {name: Facts(directory, policies, WorkCalendar()) for name, policies in sets.items()}
        plans = {name: Plan(directives, start, end, seed, behave, each) for name, each in facts.items()}
        reports = _simulated(plans)
    _show(asked, reports, as_json=as_json)


def _simulated(plans: dict[str, Plan]) -> list[Report]:
    with _bar(sum(plan.directives for plan in plans.values())) as tell:
        try:
            return [report_of(simulate(plan, tell), Path(name).name) for name, plan in plans.items()]
        except (NobodyActs, NothingToSimulate) as error:
            _refuse(error)


async def _write(directives: int, start: datetime, end: datetime, seed: int, behave: Behaviour, data: Path) -> Report:
    from console.demo import load_district
    from console.filling import fill, hand_over
    from console.reach import record
    from embedded.running import running_at
    from settings import Settings
    from storage.history import RecordNotEmpty, has_directives
    from storage.reference import ReferenceCache
    from storage.store import ReferenceChanged

    now = datetime.now(UTC).replace(microsecond=0)
    if start >= now:
        fail(REFUSED, "Lịch sử không thể nằm ở tương lai · a history cannot lie in the future", "--from")
    async with record(data) as pool:
        if await has_directives(pool):
            _refuse_a_record_in_use()
        reference = await ReferenceCache(pool).current()
        if not reference.directory.units:
            await load_district(pool, DISTRICT)
            reference = await ReferenceCache(pool).current()
        facts = reference.facts(now)
        plan = Plan(directives, start, min(end, now), seed, behave, facts)
        say(f"Ghi lịch sử mô phỏng {directives} nhiệm vụ · writing simulated history")
        try:
            with _bar(directives) as tell:
                tally = await fill(pool, plan, reference.version, tell)
        except RecordNotEmpty:
            _refuse_a_record_in_use()
        except ReferenceChanged:
            fail(REFUSED, "Đơn vị hoặc chính sách vừa thay đổi, hãy chạy lại · units or policies changed, run it again")
        except (NobodyActs, NothingToSimulate) as error:
            _refuse(error)
        running = running_at(data)
        if running is not None:
            say(f"Temporal tiếp quản {await hand_over(running, pool, Settings().task_queue)} nhiệm vụ · taken up")
    return report_of(tally, "record")


def _show(asked: dict[str, Any], reports: Sequence[Report], *, as_json: bool) -> None:
    if as_json:
        print_json({**asked, "reports": [report.model_dump(mode="json") for report in reports]})
        return
    out.print(comparison_table(reports))
    for report in reports:
        out.print()
        out.print(unit_table(report))


def _policies(name: str) -> dict[str, Policy]:
    """The shipped set, with those of the file in the place of theirs."""
    policies = {policy.code: policy for policy in default_policies()}
    if name != SHIPPED:
        policies |= {policy.code: policy for policy in _read(Path(name), policies_in)}
    try:
        check_together(policies.values())
    except PoliciesContradict as error:
        fail(REFUSED, f"{name}: chính sách mâu thuẫn · the policies contradict each other: {error}")
    return policies


def _directory(units: Path | None) -> Directory:
    """That of a file with units and perhaps people, else the sample district's."""
    if units is not None:
        listed, people = _read(units, _units_and_people)
    else:
        listed, _ = _units_and_people(DISTRICT / "units.yaml")
        _, people = _units_and_people(DISTRICT / "users.yaml")
    try:
        return Directory(listed, people) if people else staffed(listed)
    except DirectoryError as error:
        fail(REFUSED, f"Danh mục mâu thuẫn · the directory contradicts itself: {error}")


def _units_and_people(path: Path) -> tuple[list[Unit], list[Person]]:
    content = compose_all(yaml.safe_load(path.read_text(encoding="utf-8")))
    units = [Unit.model_validate(entry) for entry in content.get("units") or ()]
    return units, [Person.model_validate(entry) for entry in content.get("users") or ()]


def _behaviour(path: Path | None) -> Behaviour:
    return Behaviour() if path is None else _read(path, behaviour_in)


def _read(path: Path, reader: Callable[[Path], T]) -> T:
    try:
        return reader(path)
    except ValidationError as error:
        fail(REFUSED, f"{path}: {faults(error)}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        fail(USAGE, f"Không đọc được {path} · cannot read it: {error}")


def _refuse(error: Exception) -> NoReturn:
    fail(REFUSED, f"Không mô phỏng được · cannot be simulated: {error}")


def _refuse_a_record_in_use() -> NoReturn:
    fail(
        REFUSED,
        "Bản ghi đã có nhiệm vụ; lịch sử mô phỏng chỉ ghi vào bản ghi trống.\n"
        "The record holds directives; simulated history goes into an empty one only.",
        "--data THƯ_MỤC_KHÁC · another folder",
    )


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Mô phỏng · simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)
