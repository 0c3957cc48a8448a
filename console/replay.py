"""`dondoc replay`: the past of one directive, of a unit, of the whole district; from the events alone."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from audit.replay.clocks import Clocks
from audit.replay.district import Wanted
from audit.replay.one import clocks_for
from console.common import DEFAULT_DATA, USAGE, Data, Json, fail, print_json
from console.district import show_district
from console.look import Reference, Version
from console.moments import moment_of
from console.replayed import Asked, replay_one, show_replayed

At = Annotated[str | None, Parameter("--at", help="Những gì đã xảy ra đến lúc này · what had happened by this instant")]
AsKnown = Annotated[
    str | None,
    Parameter("--as-known", help="Những gì bản ghi đã biết lúc này · what the record knew by this instant"),
]
Hindsight = Annotated[
    bool, Parameter("--hindsight", negative=(), help="Theo những gì nay đã biết · by all that is known now")
]
LatenessToo = Annotated[
    bool, Parameter("--lateness", negative=(), help="Tính lại các thời hạn · compute its deadlines again")
]
ContextToo = Annotated[
    bool,
    Parameter("--context", negative=(), help="Cả thay đổi chính sách, lịch, đơn vị · changes of rules and units too"),
]
UnitOnly = Annotated[
    str | None, Parameter("--unit", help="Các nhiệm vụ đơn vị này chủ trì khi đó · all that this unit led then")
]
DistrictToo = Annotated[bool, Parameter("--district", negative=(), help="Mọi nhiệm vụ · all directives")]
FromEvents = Annotated[
    bool,
    Parameter(
        "--from-events", negative=(), help="Dựng lại toàn bộ từ sự kiện, không dùng bảng đọc · fold all, trust no list"
    ),
]
Limit = Annotated[int | None, Parameter("--limit", help="Số dòng nhiều nhất, mặc định 50, --json: tất cả · most rows")]


def replay_command(
    reference: Reference | None = None,
    *,
    unit: UnitOnly = None,
    district: DistrictToo = False,
    at: At = None,
    as_known: AsKnown = None,
    hindsight: Hindsight = False,
    version: Version = None,
    lateness: LatenessToo = False,
    context: ContextToo = False,
    from_events: FromEvents = False,
    limit: Limit = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Diễn lại lịch sử: ai, làm gì, khi nào, thay đổi gì · replay history: who did what, when, and what it changed."""
    clocks = _clocks(at, as_known, version, hindsight=hindsight)
    if (reference is not None) + (unit is not None) + district != 1:
        fail(USAGE, "Chọn một: một nhiệm vụ, --unit hoặc --district. · Name one of: a directive, --unit, --district.")
    if reference is None:
        if version is not None or lateness or context:
            fail(
                USAGE,
                "--version, --lateness, --context chỉ dùng với một nhiệm vụ. · These options are for one directive.",
            )
        show_district(data, clocks, Wanted(unit), limit, from_events=from_events, as_json=as_json)
        return
    if from_events or limit is not None:
        fail(USAGE, "--from-events và --limit dùng với --unit, --district. · These options are for many directives.")
    told = replay_one(data, Asked(reference, clocks, version, lateness=lateness, context=context))
    if not as_json:
        show_replayed(told)
    elif lateness or context or hindsight or as_known is not None:
        print_json(told.view())
    else:
        print_json(told.step_views())


def _clocks(at: str | None, as_known: str | None, version: int | None, *, hindsight: bool) -> Clocks:
    if version is not None and (at is not None or as_known is not None or hindsight):
        fail(USAGE, "Chỉ chọn --at hoặc --version. · Give either --at or --version.")
    if as_known is not None and hindsight:
        fail(USAGE, "Chỉ chọn --as-known hoặc --hindsight. · Give either --as-known or --hindsight.")
    now = datetime.now(UTC)
    known = now if hindsight else None if as_known is None else moment_of(as_known)
    return clocks_for(None if at is None else moment_of(at), known, now)
