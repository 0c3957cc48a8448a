"""`dondoc units …` and `dondoc users …`: the directory, and tokens for its people."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import yaml
from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.table import Table

from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.reach import record
from domain.directory import Directory, DirectoryError, Grant, Person, Role, Unit
from domain.text import compose, compose_all, fold
from storage.reference import ReferenceCache, import_people, import_units
from storage.tokens import make_token

units = App(name="units", help="Danh mục đơn vị · the directory of units")
users = App(name="users", help="Người dùng và mã truy cập · users and tokens")

File = Annotated[Path, Parameter(help="Tệp YAML · YAML file")]


@units.command(name="import")
def import_units_command(file: File, *, data: Data = DEFAULT_DATA) -> None:
    """Nạp đơn vị, tất cả hoặc không · add units or bring them up to date, all or none."""
    wanted = [_parsed(Unit, entry, file) for entry in _entries(file, "units")]
    run(_import_units(wanted, data))


async def _import_units(wanted: list[Unit], data: Path) -> None:
    async with record(data) as pool:
        held = (await ReferenceCache(pool).current()).directory
        merged = {**held.units, **{unit.code: unit for unit in wanted}}
        if len({unit.code for unit in wanted}) < len(wanted):
            fail(REFUSED, "Mã đơn vị bị lặp trong tệp. · A unit code stands twice in the file.")
        try:
            Directory(merged.values(), ())
        except DirectoryError as error:
            fail(REFUSED, f"Danh mục mâu thuẫn · the directory contradicts itself: {error}")
        new = await import_units(pool, wanted)
    out.print(f"{len(wanted)} đơn vị, {new} mới · {len(wanted)} units, {new} new")


@units.command(name="list")
def list_units(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Danh sách đơn vị · list the units."""
    held = run(_directory(data)).units.values()
    if as_json:
        print_json([unit.model_dump(mode="json") for unit in held])
        return
    table = Table("Mã · code", "Tên · name", "Loại · kind", "Trực thuộc · parent", box=None)
    for unit in held:
        table.add_row(unit.code, unit.name, unit.kind, unit.parent or "")
    out.print(table)


@users.command(name="import")
def import_users_command(file: File, *, data: Data = DEFAULT_DATA) -> None:
    """Nạp người dùng với vai trò của họ · add users with their roles, or bring them up to date."""
    people = [_parsed(Person, entry, file) for entry in _entries(file, "users")]
    run(_import_people(people, data))


@users.command(name="add")
def add_user(
    username: str,
    full_name: str,
    *,
    unit: Annotated[str, Parameter("--unit", help="Đơn vị công tác · the unit the person works in")],
    role: Annotated[
        list[str], Parameter("--role", help="vai_trò hoặc vai_trò@ĐƠN_VỊ · role or role@UNIT; repeat for more")
    ],
    email: Annotated[str | None, Parameter("--email")] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Thêm hoặc sửa một người dùng · add a user or bring one up to date."""
    fields: dict[str, Any] = {"username": username, "full_name": compose(full_name), "unit": unit, "email": email}
    try:
        roles = tuple(_grant(text, unit) for text in role)
        person = Person(**fields, roles=roles)
    except ValidationError as error:
        fail(USAGE, _faults(error))
    run(_import_people([person], data))


def _grant(text: str, unit: str) -> Grant:
    name, _, over = text.partition("@")
    if name not in set(Role):
        fail(USAGE, f"Không có vai trò {name}. · There is no role {name}.", f"Các vai trò · roles: {', '.join(Role)}")
    return Grant(role=Role(name), unit=over or unit)


async def _import_people(people: list[Person], data: Path) -> None:
    async with record(data) as pool:
        known = (await ReferenceCache(pool).current()).directory.units
        for person in people:
            for code in (person.unit, *(grant.unit for grant in person.roles)):
                if code not in known:
                    fail(
                        REFUSED,
                        f"{person.username}: không có đơn vị {code} · there is no unit {code}",
                        "Xem: dondoc units list",
                    )
        count = await import_people(pool, people)
    out.print(f"{count} người dùng · users")


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
        table.add_row(person.username, person.full_name, person.unit, roles if person.active else "ngừng · inactive")
    out.print(table)


@users.command(name="token")
def token(
    username: str,
    *,
    label: Annotated[str, Parameter("--label", help="Dùng để làm gì · what it is for")] = "cli",
    days: Annotated[int, Parameter("--days", help="Số ngày hiệu lực · days it is valid")] = 90,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Cấp mã truy cập; chỉ hiện một lần · make a bearer token; it is shown this once."""
    if days < 1:
        fail(USAGE, "--days phải từ 1 trở lên · must be at least 1")
    made = run(_token(username, label, timedelta(days=days), data))
    if as_json:
        print_json({"username": username, "token": made})
    else:
        out.print(made, highlight=False, soft_wrap=True)


async def _token(username: str, label: str, lasts: timedelta, data: Path) -> str:
    async with record(data) as pool:
        try:
            return await make_token(pool, username, label, lasts=lasts)
        except asyncpg.ForeignKeyViolationError:
            fail(REFUSED, f"Không có người dùng {username}. · There is no user {username}.", "Xem: dondoc users list")


async def _directory(data: Path) -> Directory:
    async with record(data) as pool:
        return (await ReferenceCache(pool).current()).directory


def _entries(file: Path, key: str) -> list[Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, yaml.YAMLError, UnicodeError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
    entries = content.get(key) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        fail(USAGE, f"{file}: cần danh sách “{key}:” · a list under “{key}:” is expected")
    return entries


def _parsed(model: type[Any], entry: Any, file: Path) -> Any:
    try:
        return model.model_validate(compose_all(entry))
    except ValidationError as error:
        name = entry.get("code") or entry.get("username") if isinstance(entry, dict) else entry
        fail(REFUSED, f"{file}: {name}: {_faults(error)}")


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
