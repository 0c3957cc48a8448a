"""What is opened at the command line is noted as well: by the login of the machine."""

from getpass import getuser
from uuid import UUID

from domain.event_values import Actor
from domain.reading import Door, Opened
from storage.pool import Pool
from storage.reads import note_read

MACHINE = "console"
"""Before the login: no username has a colon, so nobody's reading is taken for another's."""


async def note_here(
    pool: Pool, kind: Opened, *, subject: UUID | None = None, version: int | None = None, detail: str = ""
) -> None:
    """Note that whoever sits here opens something. Call it before anything of it is shown; if it raises, show nothing."""
    login = getuser()
    reader = Actor(user=f"{MACHINE}:{login}", name=login)
    await note_read(pool, reader, Door.CONSOLE, kind, subject=subject, version=version, detail=detail)
