"""`dondoc audit key …`: the key that signs the record's checkpoints."""

from collections.abc import Awaitable, Callable
from getpass import getuser
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from audit.log.keys import KeyFolder, KeysUnusable
from audit.log.note import NoteRefused, SigningKey
from audit.log.signing import begin_anew, rotate, signing_key
from console.audit.keys_option import KeysIn, key_folder
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.reach import record
from domain.event_values import Actor
from domain.registries import LogKeyAdopted, administrator
from settings import Settings
from storage.log_keys import adopted_keys
from storage.pool import Pool

key = App(name="key", help="Khoá ký của nhật ký · the key of the log")

Work = Callable[[Pool, KeyFolder, Actor], Awaitable[SigningKey]]

Origin = Annotated[
    str | None, Parameter("--origin", help="Tên nhật ký, như nhatky.quanmau.gov.vn · the name of the log")
]


@key.command
def show(*, keys: KeysIn = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Các khoá công khai, để công bố · the public keys, to be published."""
    adopted = run(_adopted(data))
    present = _present(key_folder(keys, data))
    if as_json:
        print_json([{"key": one.key, "statement": one.statement, "here": one.key == present} for one in adopted])
        return
    if not adopted:
        fail(REFUSED, "Bản ghi chưa có khoá nào. · The record has no key yet.", "dondoc audit key new --origin …")
    table = Table("", "Khoá công khai, cuối cùng đang dùng · public key, the last one is in use", box=None)
    for one in adopted:
        table.add_row("●" if one.key == present else "", Text(one.key, overflow="fold"))
    out.print(table)


@key.command
def new(
    *,
    origin: Origin = None,
    lost: Annotated[
        bool,
        Parameter(
            "--lost", negative=(), help="Khoá trước đã mất, không ai bảo chứng khoá mới · the one before is lost"
        ),
    ] = False,
    keys: KeysIn = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Tạo khoá đầu tiên · make the first key."""

    async def work(pool: Pool, folder: KeyFolder, actor: Actor) -> SigningKey:
        if lost:
            return await begin_anew(pool, folder, actor, origin)
        if await adopted_keys(pool):
            fail(REFUSED, "Nhật ký đã có khoá. · The log has a key.", "Thay khoá · change it: dondoc audit key rotate")
        return await signing_key(pool, folder, actor, origin or Settings().log_origin)

    _done(run(_with_record(data, key_folder(keys, data), work)), as_json=as_json)


@key.command(name="rotate")
def rotate_command(*, keys: KeysIn = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Thay khoá, khoá cũ bảo chứng khoá mới · go over to a new key, which the old one vouches for."""
    _done(run(_with_record(data, key_folder(keys, data), rotate)), as_json=as_json)


async def _with_record(data: Data, folder: KeyFolder, work: Work) -> SigningKey:
    try:
        async with record(data) as pool:
            return await work(pool, folder, administrator(getuser()))
    except KeysUnusable as error:
        fail(REFUSED, f"Không dùng được khoá · the keys cannot be used: {error}")
    except NoteRefused as error:
        fail(USAGE, f"Tên không dùng được · not a usable name: {error}")


def _done(made: SigningKey, *, as_json: bool) -> None:
    if as_json:
        print_json({"key": str(made.verifying), "origin": made.name, "id": made.verifying.id})
        return
    out.print(Text(str(made.verifying), overflow="fold"))
    out.print(
        "Hãy công bố khoá này ở nơi khác với bản ghi, và cất bản sao khoá riêng. "
        "· Publish it elsewhere than in the record, and keep a copy of the private key safe."
    )


async def _adopted(data: Data) -> list[LogKeyAdopted]:
    async with record(data) as pool:
        return await adopted_keys(pool)


def _present(folder: KeyFolder) -> str | None:
    try:
        present = folder.present()
    except KeysUnusable as error:
        fail(REFUSED, f"Không dùng được khoá · the keys cannot be used: {error}")
    return str(present.verifying) if present else None
