"""The key that signs now: the one in the folder, which the record must know. Making the first one, and going over to the next."""

from collections.abc import Sequence

import asyncpg

from audit.log.adoption import adoption
from audit.log.keys import KeyFolder, KeysUnusable, NotWritable, new_origin
from audit.log.note import NoteRefused, SigningKey
from domain.event_values import Actor
from domain.registries import LogKeyAdopted
from storage.log_keys import adopted_keys, enter_key
from storage.pool import Pool


async def signing_key(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """The key to sign with; a record without any gets its first one, for a log named `origin`.

    KeysUnusable if the record knows a key that the folder does not hold: nothing else may sign in its place unasked.
    """
    in_use = _in_use(await adopted_keys(pool), keys)
    if in_use is not None:
        return in_use
    try:
        async with keys.held():  # another program may just be going over to a new key
            return await _held_key(pool, keys, actor, origin)
    except NotWritable:
        brought = await _brought(pool, await adopted_keys(pool), keys, actor)
        if brought is None:
            raise
        return brought


async def rotate(pool: Pool, keys: KeyFolder, actor: Actor) -> SigningKey:
    """Go over to a new key, which the present one vouches for."""
    async with keys.held():
        before = await _held_key(pool, keys, actor)
        return await _next(pool, keys, actor, SigningKey.generate(before.name), before)


async def begin_anew(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """Go over to a new key although the one before is lost: nobody vouches for it, so auditors must be told by other ways.

    NoteRefused for another name than the log has.
    """
    async with keys.held():
        adopted = await _settled(pool, keys)
        named = adopted[-1].key.partition("+")[0] if adopted else None
        if named and origin and origin != named:
            raise NoteRefused(f"the log is called {named}; its checkpoints and places know it by that name")
        name = origin or named or new_origin()
        return await _next(pool, keys, actor, SigningKey.generate(name), None)


async def _held_key(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """See signing_key; while the keys are held."""
    brought = await _brought(pool, await _settled(pool, keys), keys, actor)
    if brought is not None:
        return brought
    return await _next(pool, keys, actor, SigningKey.generate(origin or new_origin()), None)


async def _settled(pool: Pool, keys: KeyFolder) -> list[LogKeyAdopted]:
    """The keys that the record names. A change that was cut off after that is finished, while the keys are held."""
    adopted, coming = await adopted_keys(pool), keys.coming()
    if coming is not None and any(one.key == str(coming.verifying) for one in adopted):
        keys.take_up()
    return adopted


def _in_use(adopted: Sequence[LogKeyAdopted], keys: KeyFolder) -> SigningKey | None:
    """The key in the folder, if it is the last one that the record names."""
    present = keys.present()
    return present if present and adopted and str(present.verifying) == adopted[-1].key else None


async def _brought(pool: Pool, adopted: Sequence[LogKeyAdopted], keys: KeyFolder, actor: Actor) -> SigningKey | None:
    """The key in the folder, which a record that names none takes; None if there is none in either. No file is changed.

    KeysUnusable if the record names another one. Only for who holds the keys, or where nobody can write them.
    """
    if not adopted:
        present = keys.present()
        return await _adopt(pool, present, None, actor) if present else None
    in_use = _in_use(adopted, keys)
    if in_use is None:
        raise KeysUnusable(
            f"{keys.folder}: the record is signed with {adopted[-1].key}, whose private key is not here. "
            "Put it back, or begin with another one: dondoc audit key new --lost"
        )
    return in_use


async def _next(pool: Pool, keys: KeyFolder, actor: Actor, new: SigningKey, before: SigningKey | None) -> SigningKey:
    """Kept, then named, then taken up: wherever this is cut off, the record names no key that is not here."""
    keys.prepare(new)
    await _adopt(pool, new, before, actor)
    keys.take_up()
    return new


async def _adopt(pool: Pool, key: SigningKey, before: SigningKey | None, actor: Actor) -> SigningKey:
    adopted = LogKeyAdopted(key=str(key.verifying), statement=str(adoption(key, before)))
    try:
        await enter_key(pool, adopted, actor)
    except asyncpg.UniqueViolationError:
        pass  # by another process, with the same key
    return key
