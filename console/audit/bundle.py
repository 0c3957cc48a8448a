"""`dondoc audit bundle`: part of the record with its proofs in one file, for somebody who checks it elsewhere."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import IO, Annotated

from cyclopts import Parameter

from audit.bundle.making import Made, Wish, make_bundle
from audit.bundle.selection import NothingSelected
from audit.bundle.verify import verify
from audit.log.keys import KeysUnusable
from audit.log.ledger import RecordShrunk, make_checkpoint
from audit.log.nodes import NodeMissing
from audit.log.note import COSIGNATURE
from audit.log.signing import signing_key
from console.audit.choosing import checked, withholding
from console.audit.keys_option import KeysIn, key_folder, public_keys
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run, say
from console.progress import parts_of
from console.reach import record
from console.reading import note_here
from domain.reading import Opened
from domain.registries import administrator
from settings import Settings
from storage.log import StoredCheckpoint, last_checkpoint
from storage.pool import Pool
from storage.reference import load_reference

Output = Annotated[Path, Parameter(("-o", "--output"), help="Tệp zip sẽ ghi · the zip to write")]
Start = Annotated[
    str | None, Parameter("--from", help="Từ vị trí, ngày hoặc thời điểm · from a position, day or instant")
]
End = Annotated[str | None, Parameter("--to", help="Đến vị trí, ngày hoặc thời điểm, gồm cả nó · to, inclusive")]
References = Annotated[
    list[str], Parameter("--directive", negative=(), help="Số hoặc mã nhiệm vụ, lặp lại được · a directive; repeatable")
]
UnitCode = Annotated[
    str | None,
    Parameter("--unit", help="Nhiệm vụ liên quan đơn vị này và cấp dưới · directives of this unit and those below it"),
]
Withhold = Annotated[
    list[str],
    Parameter(
        "--withhold", negative=(), help="Loại sự kiện hoặc vị trí không công bố · a type or position to withhold"
    ),
]
Reason = Annotated[str, Parameter("--reason", help="Lý do không công bố, ghi vào hồ sơ · why it is withheld")]
Witnesses = Annotated[
    list[str], Parameter("--witness", negative=(), help="Khoá nhân chứng kèm vào hồ sơ · witnesses' keys to go with it")
]


def bundle(
    *,
    output: Output,
    start: Start = None,
    end: End = None,
    directive: References = [],  # noqa: B006 - cyclopts reads the default, nobody changes it
    unit: UnitCode = None,
    withhold: Withhold = [],  # noqa: B006 - as above
    reason: Reason = "",
    witness: Witnesses = [],  # noqa: B006 - as above
    keys: KeysIn = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Trích hồ sơ kiểm tra được ngoại tuyến · a bundle that an auditor verifies offline; without a selection, the whole record."""
    asked, withheld, witnesses = (
        checked(start, end, directive, unit),
        withholding(withhold, reason),
        public_keys(witness, COSIGNATURE),
    )

    async def work(written: IO[bytes]) -> Made:
        async with record(data) as pool:
            selection, told = await asked.selection(pool)
            wish = Wish(selection, withheld, (("Phạm vi", told),), witnesses)
            extent = await selection.extent(pool)
            last = await _checkpoint_over(pool, extent.last, keys, data)
            dated = (await load_reference(pool)).dated
            await note_here(pool, Opened.BUNDLE, detail=told)
            with parts_of("Đang trích hồ sơ · taking the bundle", extent.last) as done:
                return await make_bundle(pool, wish, last, written, dated, done)

    try:
        with _replacing(output) as (written, place):
            made = run(work(written))
            written.flush()
            say("Đang tự kiểm tra · verifying what was written")
            verdict = verify(place)
            if not verdict["ok"]:
                fail(
                    REFUSED,
                    f"Bản ghi không cho hồ sơ đúng · the record gives no sound bundle: {verdict['reason']}",
                    _SEE,
                )
    except NothingSelected as error:
        fail(REFUSED, f"Không có sự kiện nào để trích · nothing to take: {error}")
    except (NodeMissing, RecordShrunk) as error:
        fail(REFUSED, f"Bản ghi đã bị sửa hoặc cắt · the record was altered or cut: {error}", _SEE)
    _show(output, made, as_json=as_json)


_SEE = "dondoc audit verify"


async def _checkpoint_over(pool: Pool, position: int, keys: Path | None, data: Path) -> StoredCheckpoint:
    """The last checkpoint, or a new one if it does not reach this position."""
    last = await last_checkpoint(pool)
    if last is not None and last.size >= position:
        return last
    folder = key_folder(keys, data)
    try:
        if folder.present() is None and folder.coming() is None:
            covered = last.size if last else 0
            fail(
                REFUSED,
                f"Điểm kiểm cuối mới tới vị trí {covered}, cần tới {position}. · The last checkpoint ends at {covered}.",
                "Ký bằng khoá của nhật ký · sign with the log's key: dondoc audit checkpoint [--keys DIR]",
            )
        key = await signing_key(pool, folder, administrator(getuser()), Settings().log_origin)
    except KeysUnusable as error:
        fail(REFUSED, f"Không ký được · cannot sign: {error}")
    return await make_checkpoint(pool, key)


@contextmanager
def _replacing(output: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file beside `output` that takes its place at the end, or is gone if it does not come to that."""
    try:
        descriptor, name = tempfile.mkstemp(dir=output.absolute().parent, prefix=".bundle-", suffix=".zip")
    except OSError as error:
        fail(USAGE, f"Không ghi được {output} · cannot write it: {error}")
    place = Path(name)
    with os.fdopen(descriptor, "w+b") as file:
        try:
            yield file, place
            file.flush()
            os.fsync(file.fileno())
            place.replace(output)
        finally:
            place.unlink(missing_ok=True)


def _show(output: Path, made: Made, *, as_json: bool) -> None:
    if as_json:
        counts = {"events": made.events, "withheld": made.withheld, "streams": made.streams}
        print_json({"file": str(output), "origin": made.origin, "size": made.size, "root": made.root.hex(), **counts})
        return
    out.print(
        f"{output}: {made.events} sự kiện · events, {made.withheld} không công bố · withheld, "
        f"{made.streams} dòng · streams; điểm kiểm · checkpoint {made.size}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    say("Kiểm tra ở nơi khác · check it elsewhere: python -I verify.py . --key KEY (README.md)")
