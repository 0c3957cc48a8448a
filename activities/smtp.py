"""The way out for mail: sessions with the server named by DONDOC_SMTP_URL."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from domain.model import Value

KEEP_SECONDS = 20.0
"""Below the idle limit of common mail servers."""


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
        tls = parts.scheme == "smtps"
        starttls = parse_qs(parts.query).get("starttls") == ["1"]
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or (tls and starttls):
            raise ValueError("DONDOC_SMTP_URL must look like smtp://host:port or smtps://user:password@host")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            starttls=starttls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=sender,
        )


class Mailer:
    """Sessions with the server, kept for a moment after use: greeting a server costs more than a mail."""

    def __init__(self, target: SmtpTarget) -> None:
        self.target = target
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []

    @asynccontextmanager
    async def session(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A session of one's own; after an error it is closed rather than kept. Every wait is bounded."""
        session = self._kept() or await _greeted(self.target)
        try:
            yield session
        except BaseException:
            session.close()
            raise
        self._idle.append((time.monotonic(), session))

    def _kept(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            since, session = self._idle.pop()
            if session.is_connected and time.monotonic() - since < KEEP_SECONDS:
                return session
            session.close()
        return None

    def close(self) -> None:
        """Close the sessions that are kept."""
        for _, session in self._idle:
            session.close()
        self._idle.clear()


async def _greeted(target: SmtpTarget) -> aiosmtplib.SMTP:
    session = aiosmtplib.SMTP(
        hostname=target.host,
        port=target.port,
        use_tls=target.tls,
        start_tls=target.starttls,
        username=target.username,
        password=target.password,
        timeout=20,
    )
    await session.connect()
    return session
