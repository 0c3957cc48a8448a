"""The report of a bundle: each directive and its history in words, from the disclosed events and from nothing else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audit.bundle.statements import Statement
from domain.events import DirectiveIssued, Event, SubdirectiveIssued
from domain.evolve import fold
from domain.instants import local
from domain.registries import RegistryEvent
from domain.state import DirectiveState
from domain.telling import actor_named, shown_due, told
from domain.validity import DatedDirectory
from domain.wording import (
    EVENT_NAMES,
    PHASE_NAMES,
    REGISTRY_EVENT_NAMES,
    REGISTRY_NAMES,
    TIMELINESS_NAMES,
    named,
)
from storage.bundle import SelectedEvent
from storage.envelope import event_from, is_of_registry, registry_event_from

_NAMES = EVENT_NAMES | REGISTRY_EVENT_NAMES
MOST_EVENTS = 20_000
"""A report of more would be read by nobody; it then only counts."""


@dataclass(frozen=True)
class Line:
    """An event of a history; a withheld one tells only that it is there."""

    version: int
    position: int
    at: str
    what: str
    who: str
    says: str
    withheld: bool = False


@dataclass(frozen=True)
class Chapter:
    """A directive or a registry, with what is known of it and its history."""

    title: str
    facts: list[tuple[str, str]]
    lines: list[Line]


@dataclass(frozen=True)
class Report:
    """What a report says, however it is set."""

    summary: str
    """Size, root, disclosed and withheld; verify.py looks for it."""
    facts: list[tuple[str, str]]
    counts: list[tuple[str, int]]
    """How many events of each kind, the most frequent first."""
    chapters: list[Chapter]
    complete: bool
    """Whether there is a chapter for every directive."""


@dataclass
class Material:
    """What a bundle discloses, as it goes by; of too much only the number is kept."""

    kinds: Counter[str] = field(default_factory=Counter)
    streams: set[UUID] = field(default_factory=set)
    withheld: int = 0
    kept: list[tuple[SelectedEvent, bool]] = field(default_factory=list)
    """The events with whether they are withheld."""

    def add(self, event: SelectedEvent, *, withheld: bool) -> None:
        """An event of the selection, in order of positions."""
        self.streams.add(event.stream_id)
        if withheld:
            self.withheld += 1
        else:
            self.kinds[event.type] += 1
        if self.complete:
            self.kept.append((event, withheld))
        else:
            self.kept.clear()

    @property
    def total(self) -> int:
        """How many events, disclosed and withheld."""
        return self.kinds.total() + self.withheld

    @property
    def complete(self) -> bool:
        """Whether all events are kept."""
        return self.total <= MOST_EVENTS


def report_of(
    material: Material, facts: Sequence[tuple[str, str]], statements: Sequence[Statement], dated: DatedDirectory | None
) -> Report:
    """The report; unit names are those of the day of each event as `dated` has them."""
    head = statements[-1].checkpoint.head
    root = head.text.split("\n")[2]
    disclosed = material.kinds.total()
    by_stream: dict[UUID, list[tuple[SelectedEvent, bool]]] = {}
    for event, withheld in material.kept:
        by_stream.setdefault(event.stream_id, []).append((event, withheld))
    return Report(
        f"{head.size} {root} {disclosed} {material.withheld}",
        [
            ("Nhật ký", head.origin),
            *facts,
            ("Sự kiện nguyên văn", str(disclosed)),
            ("Sự kiện không công bố", str(material.withheld)),
            ("Nhiệm vụ và danh mục", str(len(material.streams))),
            ("Điểm kiểm", f"{head.size} sự kiện, gốc {root}"),
            ("Dấu của nơi khác", "; ".join(_outside(statements)) or "không có"),
        ],
        [(named(_NAMES, kind), count) for kind, count in sorted(material.kinds.items(), key=lambda i: (-i[1], i[0]))],
        [_chapter(events, dated) for events in by_stream.values()],
        material.complete,
    )


def _outside(statements: Sequence[Statement]) -> Iterator[str]:
    for one in statements:
        own = one.checkpoint.head.origin
        witnesses = [signature.name for signature in one.checkpoint.note.signatures if signature.name != own]
        places = [place for place, _ in one.receipts]
        if witnesses or places:
            yield f"{one.size} sự kiện: {', '.join([*witnesses, *places])}"


def _chapter(events: list[tuple[SelectedEvent, bool]], dated: DatedDirectory | None) -> Chapter:
    disclosed = [event for event, withheld in events if not withheld]
    if disclosed and is_of_registry(disclosed[0].canonical):
        told_of = {event.position: registry_event_from(event.canonical) for event in disclosed}
        registry = next(iter(told_of.values())).registry
        return Chapter(
            f"Danh mục: {named(REGISTRY_NAMES, registry)}", [], [_registry_line(e, told_of) for e, _ in events]
        )
    told_of_directive = {event.position: event_from(event.canonical) for event in disclosed}
    history = [told_of_directive[event.position] for event in disclosed]
    stated = {
        event.data.subdirective: event.data.code for event in history if isinstance(event.data, SubdirectiveIssued)
    }
    lines = [_line(event, told_of_directive.get(event.position), stated) for event, _ in events]
    whole = len(disclosed) == len(events) and events[0][0].stream_version == 1
    return Chapter(_title(events[0][0].stream_id, history), _facts(history, dated, whole=whole), lines)


def _title(stream: UUID, history: Sequence[Event]) -> str:
    issued = next((event.data for event in history if isinstance(event.data, DirectiveIssued)), None)
    return f"{issued.code} · {issued.title}" if issued else f"Nhiệm vụ {stream}"


def _facts(history: Sequence[Event], dated: DatedDirectory | None, *, whole: bool) -> list[tuple[str, str]]:
    if not whole:
        return [("Lưu ý", "Không đủ mọi sự kiện ở đây, nên không kết luận được tình trạng của nhiệm vụ.")]
    state = fold(history)
    if state is None:
        return []
    return [(name, value) for name, value in _facts_of(state, dated) if value]


def _facts_of(state: DirectiveState, dated: DatedDirectory | None) -> Iterator[tuple[str, str]]:
    now = state.last_recorded_at
    yield "Nội dung", state.content
    yield "Kết quả cần đạt", state.expected_result or ""
    yield "Văn bản giao", (state.source.number or "") if state.source else ""
    yield "Người giao", actor_named(state.issuer)
    yield "Chủ trì", _unit(state.lead_unit, now, dated)
    yield "Phối hợp", "; ".join(_unit(code, now, dated) for code in state.coordinating_units)
    yield "Chuyên viên", state.officer or ""
    yield "Thời hạn ban đầu", shown_due(state.original_due_at)
    yield "Thời hạn", shown_due(state.due_at)
    yield "Trạng thái sau sự kiện cuối", named(PHASE_NAMES, state.phase)
    yield "Tình trạng lúc ấy", named(TIMELINESS_NAMES, state.timeliness(now))
    yield "Báo cáo muộn", "có" if state.late else ""
    yield "Đôn đốc, báo cáo vượt cấp", f"{state.reminders_sent} lần; cấp {state.escalation_level}"
    yield "Gia hạn", str(len(state.extensions)) if state.extensions else ""
    yield "Chính sách, lịch", f"{state.policy_version}, {state.calendar_version}"


def _unit(code: str, moment: datetime, dated: DatedDirectory | None) -> str:
    name = dated.name_on(code, local(moment).date()) if dated else None
    return f"{name} ({code})" if name else code


def _line(selected: SelectedEvent, event: Event | None, codes: dict[UUID, str]) -> Line:
    if event is None:
        return _withheld(selected)
    says = told(event.data, codes)
    plan = getattr(event.data, "plan", None)
    if plan is not None:
        says.append(f"hạn {shown_due(plan.due_at)}, {plan.policy_version}")
    if event.data.informs:
        says.append(f"báo {', '.join(event.data.informs)}")
    return _shown(selected, event, named(_NAMES, event.data.type), "; ".join(says))


def _registry_line(selected: SelectedEvent, told_of: dict[int, RegistryEvent]) -> Line:
    event = told_of.get(selected.position)
    if event is None:
        return _withheld(selected)
    fields = event.data.model_dump(mode="json", exclude={"type", "document", "statement", "entries"})
    says = "; ".join(str(value) for value in fields.values() if isinstance(value, str | int))
    return _shown(selected, event, named(_NAMES, event.data.type), says)


def _shown(selected: SelectedEvent, event: Event | RegistryEvent, what: str, says: str) -> Line:
    who = actor_named(event.actor) + (f" ({event.actor.unit})" if event.actor.unit else "")
    at = f"{local(event.occurred_at):%d/%m/%Y %H:%M:%S}"
    return Line(selected.stream_version, selected.position, at, what, who, says)


def _withheld(selected: SelectedEvent) -> Line:
    return Line(selected.stream_version, selected.position, "", "Không công bố", "", "chỉ có mã băm", withheld=True)
