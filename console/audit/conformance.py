"""`dondoc audit conformance`: was every directive handled by the rules? And the normative process itself, as a Petri net."""

import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from audit.conformance.book import Windows
from audit.conformance.course import History
from audit.conformance.loading import AT_ONCE, all_histories, histories, load_book
from audit.conformance.net import net_of
from audit.conformance.pnml import pnml
from audit.conformance.verdict import judge
from console.audit.conformance_report import Report, as_written, in_words
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run, say
from console.look import named_directive
from console.progress import parts_of
from console.reach import record
from console.reading import note_here
from domain.instants import LOCAL_ZONE
from domain.policy import Policy
from domain.reading import Opened
from storage.histories import count_directives, directives_led_by
from storage.pool import Pool
from storage.reference import Reference, load_reference

References = Annotated[str, Parameter(help="Số (2026/0123) hoặc mã (UUID) · codes or ids")]
Unit = Annotated[
    str | None,
    Parameter("--unit", help="Các nhiệm vụ do đơn vị này và cấp dưới chủ trì · led by this unit or one below it"),
]
All = Annotated[bool, Parameter("--all", negative=(), help="Mọi nhiệm vụ · all directives")]
At = Annotated[
    str | None,
    Parameter("--at", help="Xét bản ghi đến thời điểm này, như 2026-11-20T08:00 · the record as of this instant"),
]
Minutes = Annotated[
    int,
    Parameter("--window", help="Số phút để ghi nhận việc đến hạn, thư báo · minutes to record what came due, and mail"),
]
Net = Annotated[
    bool, Parameter("--net", negative=(), help="Ghi quy trình chuẩn thành lưới Petri (PNML) · write the net")
]
Output = Annotated[Path | None, Parameter(("-o", "--output"), help="Tệp ghi ra · file to write")]
PolicyLabel = Annotated[
    str, Parameter("--policy", help="Chính sách của lưới: mã, hoặc mã@phiên bản · the net's policy")
]


def conformance(
    *references: References,
    unit: Unit = None,
    everything: All = False,
    at: At = None,
    window: Minutes = 60,
    net: Net = False,
    output: Output = None,
    policy: PolicyLabel = "thuong",
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Kết luận từng nhiệm vụ có theo đúng quy định · a verdict on each directive by the written rules; exit 1 on deviations."""
    if net:
        if references or unit or everything:
            fail(USAGE, "--net không đi cùng nhiệm vụ nào. · --net takes no directives.")
        _write_net(run(_policy(data, policy)), output, as_json=as_json)
        return
    if sum((bool(references), unit is not None, everything)) != 1:
        fail(
            USAGE,
            "Nêu nhiệm vụ, --unit hoặc --all. · Name directives, or --unit, or --all.",
            "Ví dụ · like: dondoc audit conformance 2026/0123",
        )
    if window < 1:
        fail(USAGE, "--window ít nhất là 1 phút. · --window is at least 1 minute.")
    windows = Windows(step=timedelta(minutes=window), notice=timedelta(minutes=window))
    whole = bool(references)
    report = as_written(sys.stdout, whole=whole) if as_json else in_words(whole=whole)
    run(_judge(data, report, references, unit, _instant(at), windows))
    report.close()
    if report.deviating:
        sys.exit(REFUSED)


async def _judge(
    data: Path, report: Report, references: Sequence[str], unit: str | None, as_of: datetime, windows: Windows
) -> None:
    async with record(data) as pool:
        chosen = await _chosen(pool, references, unit)
        if references:
            for directive_id in chosen or ():
                await note_here(pool, Opened.CONFORMANCE, subject=directive_id)
        else:
            await note_here(pool, Opened.AUDIT, detail=f"conformance {unit or ''}".rstrip())
        book = await load_book(pool, as_of, windows)
        count = len(chosen) if chosen is not None else await count_directives(pool)
        with parts_of(f"Đang xét {count} nhiệm vụ · judging {count} directives", count) as done:
            async for some in _histories(pool, chosen, as_of):
                for history in some:
                    report.add(judge(history, book))
                done(report.judged)


async def _histories(pool: Pool, chosen: Sequence[UUID] | None, as_of: datetime) -> AsyncIterator[list[History]]:
    if chosen is None:
        async for some in all_histories(pool, as_of):
            yield some
        return
    for start in range(0, len(chosen), AT_ONCE):
        yield await histories(pool, chosen[start : start + AT_ONCE], as_of)


async def _chosen(pool: Pool, references: Sequence[str], unit: str | None) -> list[UUID] | None:
    """The directives named; None: all of them."""
    if unit is not None:
        directory = (await load_reference(pool)).directory
        below = directory.below(unit)
        if not below:
            fail(REFUSED, f"Không có đơn vị {unit}. · There is no unit {unit}.", "Xem · see: dondoc units list")
        return await directives_led_by(pool, below)
    return [(await named_directive(pool, reference)).state.id for reference in references] or None


async def _policy(data: Path, label: str) -> Policy:
    async with record(data) as pool:
        reference: Reference = await load_reference(pool)
    found = reference.policy_versions.get(label) or reference.policies.get(label)
    if found is None:
        known = ", ".join(sorted(reference.policy_versions))
        fail(REFUSED, f"Không có chính sách {label}. · There is no policy {label}.", f"Có · known: {known}")
    return found


def _write_net(policy: Policy, output: Path | None, *, as_json: bool) -> None:
    net = net_of(policy)
    document = pnml(net)
    if output is not None:
        try:
            output.write_bytes(document)
        except OSError as error:
            fail(USAGE, f"Không ghi được {output} · cannot write it: {error}")
    told = {"policy": net.policy, "places": len(net.places), "transitions": len(net.transitions)}
    if as_json:
        print_json(told if output is not None else {**told, "pnml": document.decode()})
    elif output is None:
        out.file.write(document.decode())
    else:
        words = f"{net.policy}: {len(net.places)} chỗ · places, {len(net.transitions)} chuyển tiếp · transitions"
        say(f"Đã ghi · written: {output} ({words})")


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        fail(USAGE, f"Không hiểu thời điểm {text}. · Not an instant: {text}. Ví dụ · like: 2026-11-20T08:00:00+07:00")
