"""The way out for mail: one connection per batch to the server named by DONDOC_SMTP_URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from domain.model import Value


class SmtpTarget(Value):
    """Where mail goes. URL forms: smtp://host:port, smtp://user:password@host:587?starttls=1, smtps://user:password@host."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    username: str | None = None
    password: str | None = None
    sender: str

    @classmethod
    def from_url(cls, url: str, sender: str) -> "SmtpTarget":
        """Read the URL; ValueError when it is not one of the forms."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("DONDOC_SMTP_URL must look like smtp://host:port or smtps://user:password@host")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            starttls=parse_qs(parts.query).get("starttls") == ["1"],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=sender,
        )


@asynccontextmanager
async def connected(target: SmtpTarget) -> AsyncIterator[aiosmtplib.SMTP]:
    """A session with the server; every wait is bounded."""
    session = aiosmtplib.SMTP(
        hostname=target.host,
        port=target.port,
        use_tls=target.tls,
        start_tls=target.starttls,
        username=target.username,
        password=target.password,
        timeout=20,
    )
    async with session:
        yield session
