"""Which keys the log has signed with: events of the record, so that the log itself covers them."""

from domain.event_values import Actor
from domain.ids import registry_command_id
from domain.registries import LogKeyAdopted, Registry
from storage.pool import Pool
from storage.registries import enter, history


async def adopted_keys(pool: Pool) -> list[LogKeyAdopted]:
    """The keys in the order in which they were taken up; the last one is in use."""
    return [event.data for _, event in await history(pool, Registry.KEYS) if isinstance(event.data, LogKeyAdopted)]


async def enter_key(pool: Pool, adopted: LogKeyAdopted, actor: Actor) -> None:
    """Enter that a key was taken up. asyncpg.UniqueViolationError if it was entered before."""
    async with pool.acquire() as connection, connection.transaction():
        command_id = registry_command_id(Registry.KEYS, adopted.key)
        await enter(connection, Registry.KEYS, [(command_id, adopted)], actor)
