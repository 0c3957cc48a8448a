"""`dondoc audit checkpoint`: sign where the record stands, or show what was signed last."""

from getpass import getuser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from audit.log.keys import KeysUnusable
from audit.log.ledger import RecordShrunk, make_checkpoint, with_cosignatures
from audit.log.nodes import NodeMissing
from audit.log.signing import signing_key
from console.audit.keys_option import KeysIn, key_folder
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run, say
from console.reach import record
from domain.registries import administrator
from settings import Settings
from storage.log import Copy, StoredCheckpoint, copies_of, last_checkpoint


def checkpoint(
    *,
    show: Annotated[
        bool, Parameter("--show", negative=(), help="Chỉ xem điểm kiểm cuối · only show the last one")
    ] = False,
    output: Annotated[
        Path | None,
        Parameter(("-o", "--output"), help="Ghi vào tệp để giữ ở nơi khác · write it to a file to keep elsewhere"),
    ] = None,
    keys: KeysIn = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Ký điểm kiểm ngay, hoặc xem điểm kiểm cuối · sign a checkpoint now, or show the last one."""

    async def work() -> tuple[StoredCheckpoint, str, list[Copy]]:
        async with record(data) as pool:
            if show:
                made = await last_checkpoint(pool)
            else:
                actor = administrator(getuser())
                key = await signing_key(pool, key_folder(keys, data), actor, Settings().log_origin)
                made = await make_checkpoint(pool, key)
            if made is None:
                fail(REFUSED, "Chưa có điểm kiểm nào. · There is no checkpoint yet.", "dondoc audit checkpoint")
            return made, str((await with_cosignatures(pool, made)).note), await copies_of(pool, made.size)

    try:
        made, note, copies = run(work())
    except KeysUnusable as error:
        fail(REFUSED, f"Không ký được · cannot sign: {error}")
    except (RecordShrunk, NodeMissing) as error:
        fail(
            REFUSED,
            f"Bản ghi đã bị sửa hoặc cắt, không ký · altered or cut, nothing is signed: {error}",
            "dondoc audit verify",
        )
    if output is not None:
        try:
            output.write_text(note, encoding="utf-8")
        except OSError as error:
            fail(USAGE, f"Không ghi được {output} · cannot write it: {error}")
        say(f"Đã ghi · written: {output}")
    if as_json:
        places = [{"place": one.place, "taken_at": one.taken_at.isoformat()} for one in copies]
        print_json(
            {
                "size": made.size,
                "root": made.root.hex(),
                "made_at": made.made_at.isoformat(),
                "note": note,
                "copies": places,
            }
        )
        return
    out.print(Text(note.rstrip("\n")))
    for one in copies:
        out.print(Text(f"· {one.place}: {one.taken_at:%Y-%m-%d %H:%M:%S}Z"))
