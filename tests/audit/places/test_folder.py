"""The file of a folder that only grows, whatever is cut off, shared or missing."""

import fcntl
from pathlib import Path

import pytest

from audit.places.delivery import deliver
from audit.places.folder import LOG, FolderPlace, all_notes, last_note
from audit.places.notes import notes_in
from audit.places.place import PlaceAway
from storage.pool import Pool
from tests.audit.places.records import grown
from tests.audit.superuser import as_superuser
from tests.audit.witness.sample_log import SampleLog


async def test_every_note_stands_in_order_and_a_repeat_adds_nothing(
    tmp_path: Path, pool: Pool, database_url: str
) -> None:
    place, notes = FolderPlace(tmp_path), []
    for events in (2, 3, 400):
        made = await grown(pool, events)
        notes.append(made.note)
        for _ in range(2):
            await deliver(pool, place, made.size)
            await as_superuser(database_url, "truncate checkpoint_copies")
    assert [str(one.note) for one in all_notes(tmp_path / LOG)] == notes
    assert (tmp_path / LOG).read_text() == "".join(f"{note}\n" for note in notes)


async def test_a_note_that_was_cut_off_is_written_again_below(tmp_path: Path, pool: Pool) -> None:
    first = await grown(pool, 2)
    lefts = (1, 20, -1)
    for left in lefts:
        (tmp_path / str(left)).mkdir()
        await deliver(pool, FolderPlace(tmp_path / str(left)), first.size)
    second = await grown(pool, 2)
    for left in lefts:
        path = tmp_path / str(left) / LOG
        with path.open("ab") as log:
            log.write(second.note.encode()[:left])
        await deliver(pool, FolderPlace(path.parent), second.size)
        # Of the last one only the end of the line was missing: now it stands there twice, and says the same.
        assert list(dict.fromkeys(str(one.note) for one in all_notes(path))) == [first.note, second.note]
        assert str(getattr(last_note(path), "note", None)) == second.note


async def test_a_folder_that_cannot_take_it_is_tried_later(tmp_path: Path, pool: Pool) -> None:
    made = await grown(pool, 2)
    with pytest.raises(PlaceAway, match="no such folder"):
        await deliver(pool, FolderPlace(tmp_path / "o-dia"), made.size)
    assert not (tmp_path / "o-dia").exists(), "where no disk is mounted, none is made up"
    full = tmp_path / "day"
    full.mkdir()
    (full / LOG).symlink_to("/dev/full")
    with pytest.raises(PlaceAway):
        await deliver(pool, FolderPlace(full), made.size)
    with (tmp_path / LOG).open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(PlaceAway):
            await deliver(pool, FolderPlace(tmp_path), made.size)
    await deliver(pool, FolderPlace(tmp_path), made.size)


def test_what_is_no_note_is_left_out() -> None:
    log = SampleLog()
    first, second = (str(log.checkpoint(size).note) for size in (3, 5))
    lines = f"rác\n\n{first}\n— rác\n\n\n{second[:30]}\n\n{second}".splitlines(keepends=True)
    assert [one.head.size for one in notes_in(lines)] == [3, 5]
    assert list(notes_in([])) == []
