"""A real mail server for a test, on the loopback interface: keeps what it takes, and says what it was told to say."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from embedded.temporal import free_port

OK = "250 OK"
Said = str | bytes
"""An answer; bytes for one that is no text."""


@dataclass(frozen=True)
class Letter:
    """One mail as it came in."""

    to: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail read."""
        read = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def text(self) -> str:
        """Its plain part."""
        return part(self.message, "plain")

    @property
    def html(self) -> str:
        """Its HTML part."""
        return part(self.message, "html")


def part(mail: EmailMessage, kind: str) -> str:
    """The part of a mail that a program showing `kind` shows."""
    body = mail.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


@dataclass
class Postbox:
    """`says` holds, by recipient, what comes in turn instead of OK to RCPT; `says_to_mail` and `says_to_data` likewise."""

    port: int = field(default_factory=free_port)
    letters: list[Letter] = field(default_factory=list)
    says: dict[str, deque[Said]] = field(default_factory=lambda: defaultdict(deque))
    says_to_mail: deque[str] = field(default_factory=deque)
    says_to_data: dict[str, deque[Said]] = field(default_factory=lambda: defaultdict(deque))
    greetings: int = 0
    _controller: Any = None

    @property
    def url(self) -> str:
        """As DONDOC_SMTP_URL names it."""
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Begin to listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Cease to listen, and cut off who is connected."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, username: str) -> list[Letter]:
        """What came for a person."""
        return [letter for letter in self.letters if letter.to == address(username)]

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]) -> Any:  # noqa: N802 - aiosmtpd calls it so
        """A client greets."""
        self.greetings += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, sender: str, options: list[str]) -> str:  # noqa: N802
        """A client names the sender of a mail."""
        if self.says_to_mail:
            return self.says_to_mail.popleft()
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: list[str]) -> Said:  # noqa: N802
        """A client names the recipient of a mail."""
        if self.says[to]:
            return self.says[to].popleft()
        envelope.rcpt_tos.append(to)
        return OK

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> Said:  # noqa: N802
        """A client hands in a mail."""
        [to] = envelope.rcpt_tos
        if self.says_to_data[to]:
            return self.says_to_data[to].popleft()
        self.letters.append(Letter(to, envelope.content))
        return OK


def address(username: str) -> str:
    """Where the people of the test district have their mail."""
    return f"{username}@van-xuan.example"
