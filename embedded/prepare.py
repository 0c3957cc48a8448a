"""Making the record on an embedded server ready for use. Apart from the group: commands that only read need no Temporal."""

from collections.abc import Callable

from embedded.postgres import EmbeddedPostgres, ensure_database
from storage.calendar import seed_calendar
from storage.migrate import migrate
from storage.pool import open_pool
from storage.reference import seed_policies
from storage.seed import default_policies


async def prepare(server: EmbeddedPostgres, say: Callable[[str], None]) -> None:
    """Make the database, bring it up to date, and store the default policies and the shipped calendar."""
    await ensure_database(server)
    applied = await migrate(server.url)
    if applied:
        say(f"Cập nhật cơ sở dữ liệu · migrated: {', '.join(applied)}")
    pool = await open_pool(server.url, size=1)
    try:
        await seed_policies(pool, default_policies())
        await seed_calendar(pool)
    finally:
        await pool.close()
