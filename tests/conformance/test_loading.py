"""Rulebook and histories from a real record: what was in force when, and nothing left out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.conformance import loading
from audit.conformance.book import Windows
from audit.conformance.directory_timeline import STRIDE, DirectoryTimeline
from audit.conformance.finding import Outcome
from audit.conformance.loading import all_histories, histories, history_of, load_book
from audit.conformance.verdict import Verdict, judge
from domain.calendar import CalendarEntry, DayKind
from domain.calendar_decisions import WantedDecision
from domain.directory_changes import DirectoryChange, PersonRegistered, PersonRenamed
from domain.event_values import SYSTEM
from domain.instants import local
from storage.calendar import enter_decision
from storage.directory import import_people
from storage.histories import streams_after
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import adopt_policies
from storage.store import RecordedEvent, seal
from tests.conformance import stories
from tests.conformance.recording import write
from tests.domain.district import PEOPLE
from tests.domain.policies import SECONDS

EXACT = Windows(step=timedelta(seconds=1), notice=timedelta(seconds=1), clock=timedelta(0))


def all_well(verdict: Verdict) -> bool:
    return {one.outcome for one in verdict.ruled} <= {Outcome.CONFORMS, None}


async def test_what_was_written_conforms_as_it_did_in_memory(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "AT_ONCE", 1)
    told = stories.below()
    assert told.history.above is not None
    await write(pool, told.history, told.history.above)
    book = await load_book(pool, told.book.as_of, EXACT)
    read = [history async for some in all_histories(pool, told.book.as_of) for history in some]
    assert [history.id for history in read] == [told.history.above.id, told.history.id]
    assert [len(history.entries) for history in read] == [len(told.history.above.entries), len(told.history.entries)]
    assert (read[0].above, read[1].above and read[1].above.id) == (None, told.history.above.id)
    found = [judge(history, book) for history in read]
    assert all(map(all_well, found))
    assert any(one.rule.code == "within_parent" and one.findings for one in found[1].ruled)


async def test_the_record_is_read_as_of_an_instant(pool: Pool) -> None:
    told = stories.late()
    await write(pool, told.history)
    third = told.history.entries[2].event.recorded_at
    (then,) = await histories(pool, [told.history.id], third)
    assert [entry.event.stream_version for entry in then.entries] == [1, 2, 3]
    assert await histories(pool, [told.history.id], third - timedelta(days=1)) == []


async def test_policies_come_into_force_with_their_events(pool: Pool) -> None:
    told = stories.asked()
    await write(pool, told.history)
    await adopt_policies(pool, [SECONDS.model_copy(update={"version": 2})], SYSTEM)
    book = await load_book(pool, datetime.now(UTC))
    adopted = len(told.history.entries) + 1
    for position, label in ((adopted, "giay@1"), (adopted + 1, "giay@2")):
        policy = book.in_force("giay", position)
        assert policy is not None
        assert policy.label == label
    (history,) = await histories(pool, [told.history.id], told.book.as_of)
    assert all_well(judge(history, await load_book(pool, told.book.as_of, EXACT)))


async def test_the_calendar_changes_with_its_decisions(pool: Pool) -> None:
    before = await load_book(pool, datetime.now(UTC))
    day = before.calendar_at(1).shift(local(datetime.now(UTC)).date(), 20)
    entries = (CalendarEntry(day=day, kind=DayKind.DAY_OFF, reason="nghỉ"),)
    decision = WantedDecision(number="1/QĐ", reason="Nghỉ theo quyết định", entries=entries)
    await enter_decision(pool, decision, SYSTEM)
    book = await load_book(pool, datetime.now(UTC))
    assert book.calendar_at(1).is_working_day(day)
    assert not book.calendar_at(2).is_working_day(day)
    for position in (1, 2):
        calendar = book.calendar_at(position)
        assert book.calendar_named(calendar.version) is calendar
    assert book.calendar_named("vn-9.00000000+holidays-0") is None


async def test_the_tables_stand_in_for_a_directory_whose_events_begin_in_the_middle(pool: Pool) -> None:
    renamed = PEOPLE[0].model_copy(update={"full_name": "Đồng chí Mới"})
    await import_people(pool, [renamed])
    book = await load_book(pool, datetime.now(UTC))
    assert book.directory_on(1, datetime.now(UTC)).people.keys() == {person.username for person in PEOPLE}


def test_the_directory_is_as_it_was_known_at_each_position() -> None:
    changes: list[tuple[int, DirectoryChange]] = [
        (1, PersonRegistered(username="a", full_name="0", unit="U", roles=())),
        *((n * 10, PersonRenamed(username="a", full_name=str(n))) for n in range(1, 2 * STRIDE + 5)),
    ]
    timeline = DirectoryTimeline(changes)
    assert timeline(1).people == {}
    for n in (1, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE + 4):
        assert timeline(n * 10).people["a"].full_name == str(n - 1), (
            "a decision at a position looks at what came before"
        )
        assert timeline(n * 10 + 1).people["a"].full_name == str(n)
    assert timeline.last.people["a"].full_name == str(2 * STRIDE + 4)


async def test_who_has_mail_is_read_from_the_outcomes(pool: Pool) -> None:
    told = stories.mailed()
    await write(pool, told.history)
    book = await load_book(pool, told.book.as_of, EXACT)
    assert dict(book.mail) == dict(told.book.mail)
    assert book.mail.keys() == {"tp-nv"}
    (history,) = await histories(pool, [told.history.id], told.book.as_of)
    ruled = {one.rule.code: one for one in judge(history, book).ruled}
    assert ruled["notices_sent"].outcome is Outcome.CONFORMS


async def test_registries_are_no_directives(pool: Pool) -> None:
    await adopt_policies(pool, [SECONDS.model_copy(update={"version": 2})], SYSTEM)
    assert await PostgresEventStore(pool).events_after(0, 10)
    assert await streams_after(pool, 0, 10) == []


def test_bytes_that_cannot_be_read_end_the_history() -> None:
    entries = stories.late().history.entries
    rows = [RecordedEvent(entry.position, *seal(entry.event)) for entry in entries]
    for broken in (b"{}", b"", b"\xff", rows[2].canonical.replace(b"ProgressReported", b"ProgressRepeated")):
        rows[2] = RecordedEvent(3, broken, b"")
        history = history_of(UUID(int=1), rows, datetime.now(UTC))
        assert (len(history.entries), history.unreadable) == (2, 3)
