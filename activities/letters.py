"""A mail as it leaves the house: plain text and HTML of the same words, the same bytes however often it is made."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.instants import local

MAIL_DOMAIN = "dondoc.invalid"
"""The right side of Message-IDs: a name that no host can have (RFC 6761), so ids never clash with real ones."""


@dataclass(frozen=True)
class Letter:
    """What a mail says, to whom, under which fixed id (without its angle brackets and domain)."""

    id: str
    to: str
    subject: str
    date: datetime
    text: str
    html: str

    @property
    def message_id(self) -> str:
        """The Message-ID; a mail server that got the mail twice can tell."""
        return f"<{self.id}@{MAIL_DOMAIN}>"


def composed(letter: Letter, sender: str) -> MIMEMultipart:
    """The mail, the better form last (RFC 2046, section 5.1.4). Same letter and sender, same bytes."""
    # The older classes of `email`: up to Python 3.12 the newer ones lose blanks where they fold a header (gh-92081).
    # Both parts are in base64, which has no "_": the boundary cannot occur in them.
    boundary = f"=_{hashlib.sha256(letter.id.encode()).hexdigest()[:24]}"
    mail = MIMEMultipart("alternative", boundary, [MIMEText(letter.text, "plain", "utf-8"), _html(letter.html)])
    mail["Message-ID"] = letter.message_id
    mail["Date"] = format_datetime(local(letter.date))
    mail["From"] = formataddr(parseaddr(sender))
    mail["To"] = letter.to
    line = Header(" ".join(letter.subject.split()), "utf-8", header_name="Subject")  # a title may have line ends
    mail["Subject"] = line  # type: ignore[assignment]  # the stubs know only text
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def rendered(template: str, **context: Any) -> str:
    """A template of activities/templates with all text escaped."""
    return _environment().get_template(template).render(**context)


def directive_address(public_url: str | None, code: str) -> str | None:
    """Where people find the page of a directive; None where it is not known how they reach the pages."""
    return f"{public_url}/directives/{code.replace('/', '-')}" if public_url else None


def _html(text: str) -> MIMEText:
    return MIMEText(text, "html", "utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
