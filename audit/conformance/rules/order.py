"""Whether the history is whole and reads forward, and whether its events follow each other as the normative process has it."""

from collections.abc import Iterator

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.finding import Finding, cannot_say, conforms, deviates
from audit.conformance.process import START, target
from domain.instants import shown


def versions_without_gap(course: Course, _: Rulebook) -> Iterator[Finding]:
    """Versions count from 1, and positions rise with them."""
    entries, before = course.history.entries, 0
    broken = False
    for version, entry in enumerate(entries, 1):
        event = entry.event
        if event.stream_version != version or entry.position <= before or event.directive_id != course.history.id:
            broken = True
            yield deviates(
                f"chỗ của phiên bản {version} là phiên bản {event.stream_version}, vị trí {entry.position} sau {before}",
                f"in the place of version {version} stands {event.stream_version}, position {entry.position} after {before}",
                entry,
            )
            break  # all that follow are out of place with it
        before = entry.position
    if not broken:
        yield conforms(entries[0], entries[-1])


def clocks_forward(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Neither clock runs backwards, and nothing is recorded before it occurred."""
    entries, fine = course.history.entries, True
    for before, entry in zip((entries[0], *entries), entries, strict=False):
        event, last = entry.event, before.event
        backwards = event.recorded_at < last.recorded_at or event.occurred_at < last.occurred_at
        if backwards or event.recorded_at + book.windows.clock < event.occurred_at:
            fine = False
            yield deviates(
                f"xảy ra {shown(event.occurred_at)}, ghi nhận {shown(event.recorded_at)}; sự kiện trước ghi nhận"
                f" {shown(last.recorded_at)}",
                f"occurred {event.occurred_at.isoformat()}, recorded {event.recorded_at.isoformat()}; the one before was"
                f" recorded {last.recorded_at.isoformat()}",
                before,
                entry,
            )
    if fine:
        yield conforms(entries[0], entries[-1])


def follows_process(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Every event may happen where it happens: the automaton of the normative process takes the whole history."""
    issued, place, fine = course.issued.plan.policy_version, START, True
    for turn in course.turns:
        pressing = turn.before.plan.policy_version
        process = book.process(issued, pressing)
        if process is None:
            words = f"không có chính sách {issued} hoặc {pressing}", f"policy {issued} or {pressing} is not known here"
            yield cannot_say(*words, turn.entry, policy=issued)
            return
        event = turn.entry.event.data.type
        following = process.after(place, event)
        if following is None:
            fine = False
            possible = ", ".join(dict.fromkeys(process.possible(place))) or "–"
            yield deviates(
                f"{event} không thể xảy ra ở bước {place}; có thể: {possible}",
                f"{event} may not happen at {place}; possible: {possible}",
                turn.entry,
                policy=issued,
            )
        place = following or target(place, event, process.levels)
    if fine:
        yield conforms(course.history.entries[0], course.history.entries[-1], policy=issued)
