"""What people chose for the channels out of the house."""

from collections import defaultdict
from collections.abc import Iterable

from domain.channels import Channel, Choice, Mode
from storage.pool import Pool
from storage.queries import sql


async def choose(pool: Pool, username: str, channel: Channel, mode: Mode) -> None:
    """The person's choice from now on; choosing the same again changes nothing."""
    await pool.execute(sql("put_choice"), username, channel, mode)


async def choices_of(pool: Pool, channel: Channel, usernames: Iterable[str]) -> dict[str, tuple[Choice, ...]]:
    """What these people chose, oldest first; nothing of those who have chosen nothing."""
    found: dict[str, list[Choice]] = defaultdict(list)
    for row in await pool.fetch(sql("choices_of"), channel, sorted(usernames)):
        found[row["username"]].append(Choice(mode=Mode(row["mode"]), since=row["since"]))
    return {username: tuple(choices) for username, choices in found.items()}


async def mode_of(pool: Pool, username: str, channel: Channel) -> Mode:
    """What holds for the person now."""
    choices = (await choices_of(pool, channel, [username])).get(username)
    return choices[-1].mode if choices else Mode.EACH
