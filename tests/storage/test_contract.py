"""What every event store does: one suite for the one in memory and the one on PostgreSQL, so the fake cannot drift."""

import asyncio
from uuid import uuid4

import pytest

from domain.files import UploadedFile
from storage.envelope import canonical, leaf_hash
from storage.files import put_file
from storage.memory import MemoryEventStore
from storage.postgres import PostgresEventStore
from storage.store import CommandRepeated, Commit, EventStore, RecordedEvent, ReferenceChanged, VersionConflict
from tests.domain.happenings import acknowledged, approved, progressed, reported
from tests.domain.spec import Happened
from tests.domain.stored_examples import FULL
from tests.storage.commits import after, begun


async def note_upload(store: EventStore, file: UploadedFile, username: str) -> None:
    if isinstance(store, MemoryEventStore):
        store.uploads[file.sha256, username] = file
    elif isinstance(store, PostgresEventStore):
        await put_file(store._pool, file, username)


async def everything(store: EventStore) -> list[RecordedEvent]:
    return await store.events_after(0, 1000)


async def test_what_was_appended_is_read_back_by_directive_and_by_position(store: EventStore) -> None:
    first, other = begun(), begun()
    second = after(first, reported(at=3), approved())
    assert [await store.append([commit]) for commit in (first, other, second)] == [1, 2, 4]
    events = [*first.events, *other.events, *second.events]
    assert [recorded.event for recorded in await everything(store)] == events
    assert [recorded.global_position for recorded in await everything(store)] == [1, 2, 3, 4]
    own = await store.events_of(first.directive_id)
    assert [(recorded.global_position, recorded.event.stream_version) for recorded in own] == [(1, 1), (3, 2), (4, 3)]
    assert [recorded.event for recorded in own] == [*first.events, *second.events]


async def test_a_directive_is_read_on_after_a_version(store: EventStore) -> None:
    first = begun()
    await store.append([first])
    await store.append([after(first, reported(), approved())])
    for version, left in ((0, [1, 2, 3]), (1, [2, 3]), (3, []), (9, [])):
        read = await store.events_of(first.directive_id, version)
        assert [recorded.event.stream_version for recorded in read] == left


async def test_an_upload_is_known_for_who_made_it(store: EventStore) -> None:
    sha256 = "0f" * 32
    assert await store.uploaded(sha256, "tp-nv") is None
    for media_type in ("text/plain", "text/csv"):
        file = UploadedFile(sha256=sha256, size=5, media_type=media_type)
        await note_upload(store, file, "tp-nv")
        assert await store.uploaded(sha256, "tp-nv") == file
    assert await store.uploaded(sha256, "cv-nv") is None


async def test_an_unknown_directive_has_no_events(store: EventStore) -> None:
    assert await store.events_of(uuid4()) == []


async def test_pages_by_position_meet_without_gap_or_overlap(store: EventStore) -> None:
    for commit in [begun() for _ in range(5)]:
        await store.append([commit, begun()])
        await store.append([after(commit, acknowledged())])
    position, seen = 0, []
    while page := await store.events_after(position, 4):
        assert len(page) <= 4
        seen += [recorded.global_position for recorded in page]
        position = seen[-1]
    assert seen == list(range(1, 16))
    assert await store.events_after(15, 4) == []
    assert await store.events_after(99, 4) == []


@pytest.mark.parametrize("times", [1, 3])
async def test_a_version_that_is_taken_refuses_the_writer_who_did_not_see_it(store: EventStore, times: int) -> None:
    first = begun()
    await store.append([first])
    winner = after(first, *[progressed(n) for n in range(times)])
    await store.append([winner])
    late = after(first, acknowledged())
    with pytest.raises(VersionConflict):
        await store.append([late])
    await assert_untouched(store, [first, winner], late)


async def test_a_directive_is_begun_once(store: EventStore) -> None:
    first = begun()
    await store.append([first])
    again = begun()
    stolen = Commit(
        again.command_id,
        again.fingerprint,
        tuple(event.model_copy(update={"directive_id": first.directive_id}) for event in again.events),
        again.state.model_copy(update={"id": first.directive_id}),
    )
    with pytest.raises(VersionConflict):
        await store.append([stolen])
    await assert_untouched(store, [first], stolen)


async def test_a_command_is_carried_out_once(store: EventStore) -> None:
    first = begun()
    await store.append([first])
    done = after(first, acknowledged())
    await store.append([done])
    repeated = after(done, acknowledged(), command_id=done.command_id)
    with pytest.raises(CommandRepeated):
        await store.append([repeated])
    answer = await store.first_answer(done.command_id)
    assert answer is not None
    assert (answer.first_version, answer.last_version, answer.last_position) == (2, 2, 2)
    assert [recorded.event for recorded in await everything(store)] == [*first.events, *done.events]


async def test_a_commit_sent_twice_is_appended_once(store: EventStore) -> None:
    first = begun()
    await store.append([first])
    with pytest.raises((CommandRepeated, VersionConflict)):
        await store.append([first])
    assert len(await everything(store)) == 1


async def test_many_commits_are_appended_together_in_order(store: EventStore) -> None:
    commits = [begun() for _ in range(3)]
    assert await store.append(commits) == 3
    assert [recorded.event for recorded in await everything(store)] == [c.events[0] for c in commits]
    answers = [await store.first_answer(commit.command_id) for commit in commits]
    assert [answer.last_position for answer in answers if answer] == [1, 2, 3]


async def test_two_commands_on_one_directive_can_be_appended_together(store: EventStore) -> None:
    first = begun()
    second = after(first, acknowledged())
    assert await store.append([first, second]) == 2
    basis = await store.basis(first.directive_id, second.command_id)
    assert basis.state == second.state
    assert basis.answer is not None
    assert (basis.answer.first_version, basis.answer.last_position) == (2, 2)


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_of_many_commits_none_is_appended_when_one_conflicts(store: EventStore, place: int) -> None:
    old = begun()
    await store.append([old])
    await store.append([after(old, acknowledged())])
    late = after(old, progressed(10))
    many = [begun(), begun()]
    many.insert(place, late)
    with pytest.raises(VersionConflict):
        await store.append(many)
    assert len(await everything(store)) == 2
    for commit in many:
        assert await store.first_answer(commit.command_id) is None


async def test_of_many_commits_none_is_appended_when_one_was_answered_before(store: EventStore) -> None:
    old = begun()
    await store.append([old])
    new, repeated = begun(), begun(command_id=old.command_id)
    with pytest.raises(CommandRepeated):
        await store.append([new, repeated])
    await assert_untouched(store, [old], new)


async def test_one_append_cannot_hold_a_command_id_twice(store: EventStore) -> None:
    one = begun()
    with pytest.raises(CommandRepeated):
        await store.append([one, begun(command_id=one.command_id)])
    assert await everything(store) == []


async def test_appending_nothing_changes_nothing(store: EventStore) -> None:
    assert await store.append([]) == 0
    await store.append([begun()])
    assert await store.append([]) == 1


async def test_of_writers_at_once_on_one_version_exactly_one_wins(store: EventStore) -> None:
    first = begun()
    await store.append([first])
    rivals = [after(first, progressed(n)) for n in range(10)]
    outcomes = await asyncio.gather(*(store.append([rival]) for rival in rivals), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["VersionConflict"] * 9 + ["int"]
    [won] = await store.events_of(first.directive_id, 1)
    assert won.event == rivals[[isinstance(outcome, int) for outcome in outcomes].index(True)].events[0]


async def test_the_basis_of_an_unknown_directive_is_empty(store: EventStore) -> None:
    basis = await store.basis(uuid4(), uuid4())
    assert (basis.state, basis.answer) == (None, None)
    assert basis.reference_version >= 1


async def test_the_basis_is_the_state_and_the_first_answer(store: EventStore) -> None:
    first = begun()
    await store.append([begun(), first])
    second = after(first, reported(at=2), approved())
    await store.append([second])
    assert await store.first_answer(uuid4()) is None
    for command, answered in ((uuid4(), None), (first, (1, 1, 2)), (second, (2, 3, 4))):
        basis = await store.basis(first.directive_id, command.command_id if isinstance(command, Commit) else command)
        assert basis.state == second.state
        answer = basis.answer
        assert (answer and (answer.first_version, answer.last_version, answer.last_position)) == answered
        if isinstance(command, Commit):
            assert answer == await store.first_answer(command.command_id)
            assert answer is not None
            assert (answer.command_id, answer.directive_id) == (command.command_id, first.directive_id)
            assert answer.fingerprint == command.fingerprint


async def test_a_command_of_another_directive_is_answered_there(store: EventStore) -> None:
    one, other = begun(), begun()
    await store.append([one, other])
    basis = await store.basis(one.directive_id, other.command_id)
    assert basis.answer is not None
    assert basis.answer.directive_id == other.directive_id


async def test_the_bytes_of_every_type_of_event_come_back_unchanged(store: EventStore) -> None:
    first = begun()
    every = after(first, *(Happened(data, by="tp-nv", at=0.000001) for data in FULL[1:]))
    await store.append([first, every])
    recorded = await store.events_of(first.directive_id)
    for found, event in zip(recorded, (*first.events, *every.events), strict=True):
        assert found.canonical == canonical(event)
        assert found.leaf_hash == leaf_hash(found.canonical)
        assert found.event == event


async def test_no_text_is_changed_on_the_way(store: EventStore) -> None:
    texts = ["Đã xem “xong” \\ \"'", "a\nb\tc", "\u2028\u2029\u0085\ufeff", "𝓐😀", "x" * 20_000, "\ud7ff\ue000\uffff"]
    commits = [begun(content=text) for text in texts]
    await store.append(commits)
    for commit in commits:
        [recorded] = await store.events_of(commit.directive_id)
        assert (recorded.canonical, recorded.event) == (canonical(commit.events[0]), commit.events[0])
        assert (await store.basis(commit.directive_id, uuid4())).state == commit.state


async def test_numbers_are_given_year_by_year(store: EventStore) -> None:
    given = [await store.next_code(year, uuid4()) for year in (2026, 2026, 2027, 2026, 2027)]
    assert given == ["2026/0001", "2026/0002", "2027/0001", "2026/0003", "2027/0002"]


async def test_no_number_is_given_twice_to_askers_at_once(store: EventStore) -> None:
    given = await asyncio.gather(*(store.next_code(2026, uuid4()) for _ in range(30)))
    assert {*given} == {f"2026/{number:04d}" for number in range(1, 31)}


@pytest.mark.parametrize("missing", [1, 2])
async def test_events_that_do_not_follow_on_the_last_one_are_refused(store: EventStore, missing: int) -> None:
    """As from a program that wrote to a server which was then replaced by one that had not heard of it."""
    commits = [begun()]
    for _ in range(missing + 1):
        commits.append(after(commits[-1], progressed(10)))
    await store.append(commits[:1])
    with pytest.raises(VersionConflict):
        await store.append(commits[missing + 1 :])
    await assert_untouched(store, commits[:1], commits[-1])
    with pytest.raises(VersionConflict):
        await store.append([begun(), commits[-1]])
    assert await store.append(commits[1:]) == len(commits)


async def test_no_number_is_given_under_another_directory(store: EventStore) -> None:
    current = (await store.basis(uuid4(), uuid4())).reference_version
    for version in (current - 1, current + 1):
        assert await store.next_code(2026, uuid4(), decided_under=version) is None
    assert await store.next_code(2026, uuid4(), decided_under=current) == "2026/0001"


async def test_a_command_that_has_its_answer_takes_no_further_number(store: EventStore) -> None:
    first = begun(code="2026/9001")
    await store.append([first])
    assert await store.next_code(2026, first.command_id) is None
    assert await store.next_code(2026, uuid4()) == "2026/0001"


async def test_what_was_decided_under_another_directory_is_not_appended(store: EventStore) -> None:
    kept, refused = begun(), begun()
    current = (await store.basis(uuid4(), uuid4())).reference_version
    assert await store.append([kept], decided_under=current) == 1
    for version in (current - 1, current + 1):
        with pytest.raises(ReferenceChanged):
            await store.append([refused], decided_under=version)
    await assert_untouched(store, [kept], refused)
    assert await store.append([refused], decided_under=current) == 2


async def assert_untouched(store: EventStore, kept: list[Commit], refused: Commit) -> None:
    """Only what `kept` holds is in the record, and nothing of `refused`."""
    assert [r.event for r in await everything(store)] == [event for commit in kept for event in commit.events]
    assert await store.first_answer(refused.command_id) is None
    basis = await store.basis(refused.directive_id, refused.command_id)
    states = [commit.state for commit in kept if commit.directive_id == refused.directive_id]
    assert basis.state == (states[-1] if states else None)
