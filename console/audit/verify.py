"""`dondoc audit verify`: is the record what it was?"""

import base64
import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated

from cryptography.x509 import Certificate
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from audit.log.note import COSIGNATURE, ED25519, whole_notes
from audit.places.stamp import read_roots
from audit.verify.findings import FOUND_AT_MOST, NAMES, Finding
from audit.verify.record import STEPS, Trust, Verdict, verify
from audit.verify.stamps import StampsSeen
from audit.verify.statements import Statement
from audit.verify.view import verdict_view
from console.audit.keys_option import public_keys
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.progress import parts_of
from console.reach import record_url
from settings import Settings

Keys = Annotated[
    list[str],
    Parameter(
        "--key", negative=(), help="Khoá công khai của nhật ký, lấy từ nơi công bố · the log's public key, as published"
    ),
]
Witnesses = Annotated[
    list[str], Parameter("--witness", negative=(), help="Khoá công khai của nhân chứng · a witness's public key")
]
Outside = Annotated[
    list[Path],
    Parameter("--checkpoint", negative=(), help="Tệp điểm kiểm giữ ở nơi khác · checkpoints kept elsewhere"),
]
Roots = Annotated[
    Path | None,
    Parameter(
        "--tsa-roots",
        help="Tệp PEM chứng thư gốc của tổ chức cấp dấu thời gian, mặc định DONDOC_TSA_ROOTS · their root certificates",
    ),
]


def verify_command(
    *,
    key: Keys = [],  # noqa: B006 - cyclopts reads the default, nobody changes it
    witness: Witnesses = [],  # noqa: B006 - as above
    checkpoint: Outside = [],  # noqa: B006 - as above
    tsa_roots: Roots = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Kiểm chứng toàn bộ bản ghi · verify bytes, versions, positions, tree and read models; exit 1 if something differs."""
    trust = Trust(
        keys=public_keys(key, ED25519),
        witnesses=public_keys(witness, COSIGNATURE),
        statements=_statements(checkpoint),
        authorities=_roots(tsa_roots or Settings().tsa_roots),
    )

    async def check() -> Verdict:
        async with record_url(data) as url:
            with parts_of("Đang kiểm chứng bản ghi · verifying the record", STEPS) as done:
                return await verify(url, trust, done)

    verdict = run(check())
    if as_json:
        print_json(verdict_view(verdict))
    else:
        _show(verdict)
    if not verdict.sound:
        sys.exit(REFUSED)


def _roots(file: Path | None) -> list[Certificate]:
    try:
        return read_roots(file) if file else []
    except ValueError as error:
        fail(USAGE, f"Không đọc được chứng thư gốc · cannot read the root certificates: {error}")


def _statements(files: list[Path]) -> list[Statement]:
    found = []
    for file in files:
        try:
            notes = whole_notes(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
        if not notes:
            fail(USAGE, f"{file}: không có điểm kiểm nào · holds no checkpoint")
        found += [Statement(f"{file.name}, {number}", note) for number, note in enumerate(notes, 1)]
    return found


def _show(verdict: Verdict) -> None:
    table = Table(show_header=False, box=None)
    for name, value in (
        ("Sự kiện · events", f"{verdict.events} ({verdict.streams} dòng · streams)"),
        ("Gốc cây · root", base64.b64encode(verdict.root).decode()),  # as a checkpoint has it
        ("Điểm kiểm · checkpoints", f"{verdict.checkpoints}, từ bên ngoài · from outside {verdict.outside}"),
        ("Đã ký đến · signed up to", f"{verdict.covered}"),
        ("Nhân chứng · witnesses", _witnesses(verdict)),
        ("Dấu thời gian · time stamps", _stamps(verdict.stamps)),
        ("Khoá · keys", "\n".join(map(str, verdict.keys)) or "—"),
    ):
        table.add_row(name, Text(value, overflow="fold"))
    out.print(table)
    for hint in _hints(verdict):
        out.print(Text(hint, "yellow"))
    if verdict.sound:
        out.print(Text("ĐẠT: bản ghi nguyên vẹn. · SOUND: the record is what it was.", "bold green"))
        return
    out.print(_findings(verdict.findings))
    first, more = verdict.findings[0].position, "+" if len(verdict.findings) == FOUND_AT_MOST else ""
    told = f"{len(verdict.findings)}{more} sai lệch, đầu tiên tại vị trí {first} · differences, the first at position {first}"
    out.print(Text(f"KHÔNG ĐẠT: {told}", "bold red"))


def _witnesses(verdict: Verdict) -> str:
    lines = [f"{name}: đến · up to {size}" for name, size in verdict.witnessed.items()]
    if verdict.unknown_cosignatures:
        lines.append(f"{verdict.unknown_cosignatures} của khoá chưa nêu · of keys not named (--witness)")
    return "\n".join(lines) or "—"


def _stamps(stamps: StampsSeen) -> str:
    lines = []
    if stamps.at:
        at = f"{stamps.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        lines.append(f"{stamps.held}, đến · up to {stamps.up_to}, lúc · at {at}")
    if stamps.unchecked:
        lines.append(f"{stamps.unchecked} chưa kiểm chữ ký · whose signature was not checked (--tsa-roots)")
    return "\n".join(lines) or "—"


def _hints(verdict: Verdict) -> list[str]:
    hints = []
    if not verdict.checkpoints:
        hints.append("Chưa có điểm kiểm nào · there is no checkpoint yet: dondoc audit checkpoint")
    elif verdict.covered < verdict.size:
        above = verdict.size - verdict.covered
        hints.append(
            f"{above} sự kiện cuối chưa được ký · the last {above} events are not signed yet: dondoc audit checkpoint"
        )
    if verdict.checkpoints and not verdict.trusted:
        hints.append(
            "Khoá lấy từ chính bản ghi; hãy so với khoá đã công bố bằng --key. "
            "· The keys are the record's own: compare with the published one by --key."
        )
    if verdict.checkpoints and not verdict.outside:
        hints.append(
            "Chưa đối chiếu với điểm kiểm giữ ở nơi khác. · No checkpoint kept elsewhere was compared: --checkpoint FILE"
        )
    return hints


SHOWN = 30


def _findings(findings: list[Finding]) -> Table:
    table = Table("Vị trí · position", "Loại · kind", "Khác ở đâu · what differs", box=None)
    for one in findings[:SHOWN]:
        vi, en = NAMES[one.kind]
        table.add_row(str(one.position), f"{vi}\n{en}", Text(one.what, overflow="fold"))
    if len(findings) > SHOWN:
        table.add_row("…", "", f"{len(findings) - SHOWN} nữa, xem đủ bằng --json · more, all of them with --json")
    return table
