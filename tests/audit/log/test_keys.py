"""The log's key: made once, known to the record, gone over from by a statement of the key before, never in the database."""

import asyncio
import base64
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from audit.log.adoption import adopted_key, adoption, known_keys
from audit.log.keys import LOCK, PRIVATE, PUBLIC, KeyFolder, KeysUnusable, NotWritable
from audit.log.note import Note, NoteRefused, SigningKey
from audit.log.signing import begin_anew, rotate, signing_key
from domain.event_values import SYSTEM, Actor
from domain.registries import LogKeyAdopted
from storage.log_keys import adopted_keys, enter_key
from storage.pool import Pool

NAME = "nhatky.example"
Change = Callable[[Pool, KeyFolder, Actor], Awaitable[SigningKey]]


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


async def test_the_first_key_is_made_once_and_known_to_the_record(pool: Pool, keys: KeyFolder) -> None:
    first = await signing_key(pool, keys, SYSTEM, NAME)
    assert await signing_key(pool, keys, SYSTEM, "another.example") == first
    (adopted,) = await adopted_keys(pool)
    assert adopted.key == str(first.verifying) == (keys.folder / PUBLIC).read_text().strip()
    assert adopted_key(adopted.statement) == first.verifying
    assert stat.S_IMODE((keys.folder / PRIVATE).stat().st_mode) == 0o600


async def test_a_log_without_a_name_gets_one_of_its_own(pool: Pool, tmp_path: Path) -> None:
    key = await signing_key(pool, KeyFolder(tmp_path), SYSTEM)
    assert key.name.startswith("localhost/dondoc-")


async def test_the_private_key_is_nowhere_in_the_database(pool: Pool, keys: KeyFolder, database_url: str) -> None:
    await signing_key(pool, keys, SYSTEM, NAME)
    await rotate(pool, keys, SYSTEM)
    private = [SigningKey.parse(file.read_text()).private for file in keys.folder.glob("*key*")]
    secrets = [form for key in private for form in (key.hex(), base64.b64encode(b"\x01" + key).decode())]
    owner = await asyncpg.connect(database_url)
    tables = await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    told = "".join([str(await owner.fetch(f'select t::text from "{row[0]}" t')) for row in tables])  # noqa: S608 - names that PostgreSQL gave
    written = await owner.fetch("select convert_from(canonical, 'UTF8') from events")
    await owner.close()
    assert len(private) == 2
    assert not any(secret in told or secret in str(written) for secret in secrets)


async def test_the_next_key_is_vouched_for_by_the_one_before(pool: Pool, keys: KeyFolder) -> None:
    first = await signing_key(pool, keys, SYSTEM, NAME)
    second = await rotate(pool, keys, SYSTEM)
    third = await rotate(pool, keys, SYSTEM)
    assert await signing_key(pool, keys, SYSTEM) == third
    statements = [one.statement for one in await adopted_keys(pool)]
    every = [key.verifying for key in (first, second, third)]
    assert known_keys(every[:1], statements) == every
    assert known_keys(every[1:2], statements) == every[1:], "who knows a later key learns of those after it only"
    assert {file.name for file in keys.folder.iterdir()} == {
        PRIVATE,
        PUBLIC,
        LOCK,
        *(f"log.{key.id}.key.retired" for key in every[:2]),
    }


async def test_a_rotation_that_was_cut_off_is_finished(pool: Pool, keys: KeyFolder) -> None:
    before, new = await signing_key(pool, keys, SYSTEM, NAME), SigningKey.generate(NAME)
    keys.prepare(new)
    assert await signing_key(pool, keys, SYSTEM) == before, "nothing was said of the new key yet"
    entered = LogKeyAdopted(key=str(new.verifying), statement=str(adoption(new, before)))
    await enter_key(pool, entered, SYSTEM)
    assert await signing_key(pool, keys, SYSTEM) == new


@pytest.mark.parametrize("change", [rotate, begin_anew])
async def test_programs_that_change_the_key_at_once_lose_none(pool: Pool, keys: KeyFolder, change: Change) -> None:
    first = await signing_key(pool, keys, SYSTEM, NAME)
    made = await asyncio.gather(*(change(pool, KeyFolder(keys.folder), SYSTEM) for _ in range(4)))
    adopted = [one.key for one in await adopted_keys(pool)]
    assert set(adopted) == {str(key.verifying) for key in (first, *made)}
    kept = [SigningKey.parse(file.read_text()) for file in keys.folder.glob("*.key*")]
    assert {str(key.verifying) for key in kept} == set(adopted)
    assert str((await signing_key(pool, keys, SYSTEM)).verifying) == adopted[-1]


async def test_who_waits_too_long_for_the_keys_is_told(pool: Pool, keys: KeyFolder) -> None:
    first = await signing_key(pool, keys, SYSTEM, NAME)
    async with keys.held():
        with pytest.raises(KeysUnusable, match="another program is changing the keys"):
            await rotate(pool, KeyFolder(keys.folder, most_wait=0), SYSTEM)
        assert await signing_key(pool, keys, SYSTEM) == first, "signing changes nothing, so it waits for nobody"
    await rotate(pool, KeyFolder(keys.folder, most_wait=0), SYSTEM)


async def test_a_lost_key_is_not_replaced_unasked(pool: Pool, keys: KeyFolder) -> None:
    lost = await signing_key(pool, keys, SYSTEM, NAME)
    (keys.folder / PRIVATE).unlink()
    with pytest.raises(KeysUnusable, match="dondoc audit key new --lost"):
        await signing_key(pool, keys, SYSTEM)
    with pytest.raises(NoteRefused, match=r"is called nhatky\.example"):
        await begin_anew(pool, keys, SYSTEM, "another.example")
    new = await begin_anew(pool, keys, SYSTEM)
    assert new.name == NAME
    assert await signing_key(pool, keys, SYSTEM) == new
    statements = [one.statement for one in await adopted_keys(pool)]
    assert known_keys([lost.verifying], statements) == [lost.verifying], "nobody vouches for it"


async def test_nothing_is_said_of_a_new_key_that_could_not_take_its_place(pool: Pool, keys: KeyFolder) -> None:
    await signing_key(pool, keys, SYSTEM, NAME)
    (keys.folder / PRIVATE).write_text("none", encoding="ascii")
    with pytest.raises(KeysUnusable, match=r"log\.key: not a private key"):
        await begin_anew(pool, keys, SYSTEM)
    assert len(await adopted_keys(pool)) == 1
    (keys.folder / PRIVATE).unlink()
    await begin_anew(pool, keys, SYSTEM)


async def test_a_key_that_was_brought_here_is_taken(pool: Pool, keys: KeyFolder) -> None:
    brought = SigningKey.generate("nhật-ký.example")
    keys.folder.mkdir()
    (keys.folder / PRIVATE).write_text(brought.written(), encoding="utf-8")
    assert await signing_key(pool, keys, SYSTEM) == brought
    await rotate(pool, keys, SYSTEM)
    assert keys.published() == [one.key for one in await adopted_keys(pool)]


async def test_a_key_in_a_folder_that_nobody_can_write_is_taken_without_a_lock(pool: Pool, keys: KeyFolder) -> None:
    (keys.folder / LOCK).mkdir(parents=True)  # which root cannot open for writing either
    with pytest.raises(NotWritable):
        await signing_key(pool, keys, SYSTEM)
    brought, other = SigningKey.generate(NAME), SigningKey.generate(NAME)
    (keys.folder / PRIVATE).write_text(brought.written(), encoding="utf-8")
    assert await signing_key(pool, keys, SYSTEM) == brought
    (keys.folder / PRIVATE).write_text(other.written(), encoding="utf-8")
    with pytest.raises(KeysUnusable, match="whose private key is not here"):
        await signing_key(pool, keys, SYSTEM)


def test_a_file_that_is_no_key_is_named(keys: KeyFolder) -> None:
    keys.folder.mkdir()
    (keys.folder / PRIVATE).write_text("none", encoding="ascii")
    with pytest.raises(KeysUnusable, match=r"log\.key: not a private key"):
        keys.present()


def test_a_key_that_only_names_itself_is_not_followed() -> None:
    trusted, other = SigningKey.generate(NAME), SigningKey.generate(NAME)
    assert known_keys([trusted.verifying], [str(adoption(other))]) == [trusted.verifying]


def test_a_statement_with_a_forged_signature_is_refused() -> None:
    trusted, other = SigningKey.generate(NAME), SigningKey.generate(NAME)
    good, impostor = adoption(other, trusted), SigningKey.generate(NAME)
    forged = Note(good.text, (good.signatures[0], Note.sign("another text\n", trusted).signatures[0]))
    with pytest.raises(NoteRefused, match="does not hold"):
        known_keys([trusted.verifying], [str(forged)])
    with pytest.raises(NoteRefused, match="not signed by a known key"):
        adopted_key(str(Note.sign(good.text, impostor)))
    with pytest.raises(NoteRefused, match="the new key is of the log"):
        adoption(other, SigningKey.generate("another.example"))
