"""The key that signs now: the one in the folder, which the record must know. Making the first one, and going over to the next."""

import asyncpg

from audit.log.adoption import adoption
from audit.log.keys import KeyFolder, KeysUnusable, new_origin
from audit.log.note import NoteRefused, SigningKey
from domain.event_values import Actor
from domain.registries import LogKeyAdopted
from storage.log_keys import adopted_keys, enter_key
from storage.pool import Pool


async def signing_key(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """The key to sign with; a record without any gets its first one, for a log named `origin`.

    KeysUnusable if the record knows a key that the folder does not hold: nothing else may sign in its place unasked.
    """
    adopted, present = await adopted_keys(pool), keys.present()
    if present is not None and adopted and str(present.verifying) == adopted[-1].key:
        return present
    async with keys.held():  # another program may just be going over to a new key
        return await _present(pool, keys, actor, origin)


async def _present(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """The same while the keys are held."""
    adopted, coming = await adopted_keys(pool), keys.coming()
    if coming is not None and any(one.key == str(coming.verifying) for one in adopted):
        keys.take_up()  # entered, then cut off
    present = keys.present()
    if not adopted:
        return await _first(pool, keys, actor, present, origin)
    if present is None or str(present.verifying) != adopted[-1].key:
        raise KeysUnusable(
            f"{keys.folder}: the record is signed with {adopted[-1].key}, whose private key is not here. "
            "Put it back, or begin with another one: dondoc audit key new --lost"
        )
    return present


async def _first(
    pool: Pool, keys: KeyFolder, actor: Actor, present: SigningKey | None, origin: str | None
) -> SigningKey:
    if present is None:
        keys.prepare(SigningKey.generate(origin or new_origin()))
        keys.take_up()
        present = keys.present()
        if present is None:
            raise KeysUnusable(f"{keys.folder}: the key that was just written is gone")
    return await _adopt(pool, present, None, actor)


async def rotate(pool: Pool, keys: KeyFolder, actor: Actor) -> SigningKey:
    """Go over to a new key, which the present one vouches for."""
    async with keys.held():
        before = await _present(pool, keys, actor)
        return await _next(pool, keys, actor, SigningKey.generate(before.name), before)


async def begin_anew(pool: Pool, keys: KeyFolder, actor: Actor, origin: str | None = None) -> SigningKey:
    """Go over to a new key although the one before is lost: nobody vouches for it, so auditors must be told by other ways.

    NoteRefused for another name than the log has.
    """
    async with keys.held():
        adopted = await adopted_keys(pool)
        named = adopted[-1].key.partition("+")[0] if adopted else None
        if named and origin and origin != named:
            raise NoteRefused(f"the log is called {named}; its checkpoints and places know it by that name")
        name = origin or named or new_origin()
        return await _next(pool, keys, actor, SigningKey.generate(name), None)


async def _next(pool: Pool, keys: KeyFolder, actor: Actor, new: SigningKey, before: SigningKey | None) -> SigningKey:
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
