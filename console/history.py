"""The history of one directive as a table: who did what, when, and what it changed."""

from collections.abc import Iterator
from datetime import datetime

from rich.table import Table
from rich.text import Text

from api.unit_names import units_of_recorded
from audit.replay.context import Around
from audit.replay.steps import ReplayStep
from domain.calendar import DayKind
from domain.directory_changes import PersonMoved, PersonRenamed, SubstitutionDecided, UnitEnded, UnitRevised
from domain.instants import local
from domain.registries import CalendarDecided, PolicyAdopted, RegistryData
from domain.telling import actor_named, told
from domain.validity import DatedDirectory
from domain.wording import EVENT_NAMES, PHASE_NAMES, REGISTRY_EVENT_NAMES, named

DAY_KINDS = {DayKind.DAY_OFF: "nghỉ", DayKind.WORKING: "làm việc", DayKind.AS_USUAL: "như thường lệ"}


def replay_table(
    steps: list[ReplayStep], dated: DatedDirectory | None = None, context: list[Around] | None = None
) -> Table:
    """The history of one directive: who did what, when, under which rules, and what it changed.

    Below it the names of units, each of its day, and the calendars in full. What happened around it stands dimmed between.
    """
    first = steps[0].state
    table = Table(
        *("#", "Vị trí", "Thời điểm", "Sự kiện", "Người thực hiện", "Chính sách · lịch", "Thay đổi và căn cứ"),
        title=Text(f"{first.code} · {first.title}"),
        title_justify="left",
        box=None,
    )
    for column in (*table.columns[:3], table.columns[5]):
        column.no_wrap = True
    passed = sorted(context or (), key=lambda one: one.recorded.global_position)
    for step in steps:
        while passed and passed[0].recorded.global_position < step.recorded.global_position:
            _add_around(table, passed.pop(0))
        _add_step(table, step)
    for one in passed:
        _add_around(table, one)
    table.caption = Text("\n".join(_caption(steps, dated)))
    table.caption_justify = "left"
    return table


def _add_step(table: Table, step: ReplayStep) -> None:
    event, state = step.recorded.event, step.state
    who = actor_named(event.actor) + (f" ({event.actor.unit})" if event.actor.unit else "")
    table.add_row(
        str(event.stream_version),
        str(step.recorded.global_position),
        _clock(event.occurred_at),
        Text(named(EVENT_NAMES, event.data.type), "red" if event.data.type in ("DeadlineMissed", "Escalated") else ""),
        Text(who),
        f"{state.policy_version} · {_short(state.calendar_version)}",
        _what_changed(step),
    )


def _add_around(table: Table, one: Around) -> None:
    event = one.event
    table.add_row(
        "",
        str(one.recorded.global_position),
        _clock(event.occurred_at),
        named(REGISTRY_EVENT_NAMES, event.data.type),
        Text(actor_named(event.actor)),
        "",
        Text("; ".join(_around_told(event.data))),
        style="dim",
    )


def _around_told(data: RegistryData) -> Iterator[str]:
    match data:
        case PolicyAdopted():
            yield data.policy
        case CalendarDecided():
            yield f"{data.decision_number}: {data.reason}"
            for entry in data.entries:
                yield f"{entry.day:%d/%m/%Y} {DAY_KINDS[entry.kind]}"
        case UnitRevised():
            yield f"{data.code}: {data.name}"
        case UnitEnded():
            yield f"{data.code} đến {data.on:%d/%m/%Y}" + (
                f", kế thừa {', '.join(data.successors)}" if data.successors else ""
            )
        case SubstitutionDecided():
            days = f"{data.first_day:%d/%m/%Y} – {data.last_day:%d/%m/%Y}"
            yield f"{data.substitute_name} thay {data.absent_name}, {days}"
        case PersonMoved():
            yield f"{data.username} về {data.unit}"
        case PersonRenamed():
            yield f"{data.username}: {data.full_name}"
        case _:
            yield getattr(data, "username", getattr(data, "code", ""))


def _caption(steps: list[ReplayStep], dated: DatedDirectory | None) -> Iterator[str]:
    calendars = dict.fromkeys(step.state.calendar_version for step in steps)
    yield "; ".join(f"Lịch {_short(version)}: {version}" for version in calendars)
    if dated is not None:
        units = dict.fromkeys(pair for step in steps for pair in units_of_recorded(step.recorded, dated).items())
        yield "; ".join(f"{code}: {name}" for code, name in units)


def _short(calendar_version: str) -> str:
    """The part that counts the decisions of the record: vn-1 of vn-1.ada19a44+holidays-0.109."""
    return calendar_version.partition(".")[0]


def _clock(moment: datetime) -> str:
    return f"{local(moment):%d/%m/%Y %H:%M:%S}"


def _what_changed(step: ReplayStep) -> Text:
    data = step.recorded.event.data
    parts = told(data, {child.id: child.code for child in step.state.subdirectives}, headed=True)
    if "phase" in step.changes:
        old, new = step.changes["phase"]
        parts.append(f"{named(PHASE_NAMES, old)} → {named(PHASE_NAMES, new)}")
    text = Text("; ".join(parts))
    if data.informs:
        text.append(f"{'; ' if parts else ''}báo {', '.join(data.informs)}", "dim")
    return text
