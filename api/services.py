"""What the routes share within one API process; built once by the app, no globals."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from temporalio.client import Client

from api.broadcast import Broadcaster
from api.districts import Districts
from api.gateway import CommandGateway
from api.overviews import Overviews
from api.signing.passwords import Passwords
from api.signing.throttle import Throttle
from api.signins import SignIns
from domain.calendar import WorkCalendar
from storage.objects import ObjectStore
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from workflows.schedules import Schedules

if TYPE_CHECKING:
    from api.signing.openid.client import OpenID


@dataclass
class Services:
    """The process's connections and caches."""

    pool: Pool
    client: Client
    store: PostgresEventStore
    reference: ReferenceCache
    gateway: CommandGateway
    broadcaster: Broadcaster
    sign_ins: SignIns
    passwords: Passwords
    throttle: Throttle
    session_idle: timedelta
    session_lasts: timedelta
    objects: ObjectStore
    max_file_bytes: int
    schedules: Schedules
    districts: Districts
    task_queue: str
    """Where the workers of this installation look for work."""
    database_url: str
    """For what needs connections of its own, in other processes."""
    public_url: str | None = None
    """Where browsers find this site, as http(s)://host[:port]; without it, wherever they say that they have asked."""
    openid: "OpenID | None" = None
    """The provider at which people may sign in."""
    tsa_roots: Path | None = None
    """Certificates to which those of time-stamping authorities must lead."""
    overviews: Overviews = field(default_factory=Overviews)
    exporting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Of large exports so many are made at once: each takes a processor for seconds."""
    verifying: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the record is verified: it takes both processors of a small machine."""
    bundling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a bundle is made."""

    async def calendar(self) -> WorkCalendar:
        """The working calendar as it is now."""
        return (await self.reference.current()).calendar

    def now(self) -> datetime:
        """The clock of this process, in UTC."""
        return datetime.now(UTC)


def services_of(request: Request) -> Services:
    """The services of the app that handles this request."""
    found: Services = request.app.state.services
    return found
