"""`dondoc users …`: people with their roles, and tokens and passwords for them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from console.client import token_for
from console.common import DEFAULT_DATA, USAGE, Data, Json, fail, out, print_json, run
from console.deciding import Decision, DryRun, day, import_list
from console.entries import File, From, entries, faults
from console.passwords import password
from console.reach import record
from console.rows import Row, roles, rows, yes_no
from domain.directory import Directory, Grant, Person, Role
from domain.directory_import import imported_people
from domain.import_faults import people_faults
from domain.text import compose, fold
from domain.validity import DatedDirectory
from storage.directory import today
from storage.reference import ReferenceCache

users = App(name="users", help="Người dùng, mật khẩu và mã truy cập · users, passwords and tokens")
users.command(password, name="password")

MOST_DAYS = 3650


@users.command(name="import")
def import_users(
    file: File,
    *,
    since: From = None,
    decision: Decision = None,
    dry_run: DryRun = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Nạp người dùng với vai trò của họ, tất cả hoặc không · add users with their roles, all or none."""
    first = day(since, "--from") if since else None
    listed = rows(file, "users", {"roles": roles, "active": yes_no})

    def wanted(held: DatedDirectory) -> list[Person]:
        return entries(listed, Person, "username", lambda found, _: people_faults(found, held, first or today()))

    _bring_in(wanted, first, decision, data, dry_run=dry_run, as_json=as_json)


def _bring_in(
    wanted: Callable[[DatedDirectory], list[Person]],
    first: date | None,
    decision: str | None,
    data: Path,
    *,
    dry_run: bool = False,
    as_json: bool,
) -> None:
    import_list(
        wanted,
        lambda held, found: imported_people(held, found, today(), first, decision),
        data,
        heading="users",
        contacts=lambda found: found,
        dry_run=dry_run,
        as_json=as_json,
    )


@users.command(name="add")
def add_user(
    username: Annotated[str, Parameter(help="Tên đăng nhập · username")],
    full_name: Annotated[str, Parameter(help="Họ tên, chức vụ · name, position")],
    *,
    unit: Annotated[str, Parameter("--unit", help="Đơn vị công tác · the unit the person works in")],
    role: Annotated[
        list[str], Parameter("--role", help="vai_trò hoặc vai_trò@ĐƠN_VỊ · role or role@UNIT; repeat for more")
    ],
    email: Annotated[str | None, Parameter("--email", help="Hộp thư · mail address")] = None,
    since: From = None,
    decision: Decision = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Thêm hoặc sửa một người dùng · add a user or bring one up to date."""
    fields: dict[str, Any] = {"username": username, "full_name": compose(full_name), "unit": unit, "email": email}
    try:
        roles = tuple(_grant(text, unit) for text in role)
        person = Person(**fields, roles=roles)
    except ValidationError as error:
        fail(USAGE, faults(error))
    first = day(since, "--from") if since else None
    row = Row(person.model_dump(mode="json"), lambda field: f"{username}: {field}")

    def wanted(held: DatedDirectory) -> list[Person]:
        return entries([row], Person, "username", lambda found, _: people_faults(found, held, first or today()))

    _bring_in(wanted, first, decision, data, as_json=as_json)


def _grant(text: str, unit: str) -> Grant:
    name, _, over = text.partition("@")
    if name not in set(Role):
        fail(USAGE, f"Không có vai trò {name}. · There is no role {name}.", f"Các vai trò · roles: {', '.join(Role)}")
    return Grant(role=Role(name), unit=over or unit)


@users.command(name="list")
def list_users(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Danh sách người dùng · list the users."""
    held = sorted(run(_directory(data)).people.values(), key=lambda p: fold(p.full_name))
    if as_json:
        print_json([person.model_dump(mode="json") for person in held])
        return
    table = Table("Tên · username", "Họ tên, chức vụ · name", "Đơn vị · unit", "Vai trò · roles", box=None)
    for person in held:
        roles = ", ".join(f"{grant.role}@{grant.unit}" for grant in person.roles)
        standing = roles if person.active else "ngừng · inactive"
        table.add_row(person.username, Text(person.full_name), person.unit, standing)
    out.print(table)


@users.command(name="token")
def token(
    username: Annotated[str, Parameter(help="Tên đăng nhập · username")],
    *,
    label: Annotated[str, Parameter("--label", help="Dùng để làm gì · what it is for")] = "cli",
    days: Annotated[int, Parameter("--days", help="Số ngày hiệu lực · days it is valid")] = 90,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Cấp mã truy cập; chỉ hiện một lần · make a bearer token; it is shown this once."""
    if not 1 <= days <= MOST_DAYS:
        fail(USAGE, f"--days phải từ 1 đến {MOST_DAYS} · must be 1 to {MOST_DAYS}")
    made = run(token_for(username, data, label, timedelta(days=days)))
    if as_json:
        print_json({"username": username, "token": made})
    else:
        out.print(made, highlight=False, soft_wrap=True)


async def _directory(data: Path) -> Directory:
    async with record(data) as pool:
        return (await ReferenceCache(pool).current()).directory
