"""Daily digests: made and sent in the morning of working days, one a person and day, by whichever worker looks first."""

from collections.abc import Callable
from datetime import date, datetime, time

import aiosmtplib
import structlog

from activities.digest_mail import Digest, digest_letter
from activities.letters import composed
from activities.smtp import Mailer
from domain.directory import Directory, Person
from domain.instants import at_local, local
from domain.own_deadlines import Concern, overdue_and_due_by
from storage.digests import Claimed, claim_digest, digests_due, notices_between, settle_digest
from storage.own_deadlines import deadlines_of
from storage.pool import Pool
from storage.reference import Reference, ReferenceCache
from telemetry import MAILS

log = structlog.get_logger()

CLOCK = time(7, 30)
"""On the local clock: before the day's work begins."""
WORKING_DAYS_AHEAD = 3
MOST_DEADLINES = 200


class Digests:
    """Sends what is owed; `clock` gives the instant."""

    def __init__(
        self,
        pool: Pool,
        reference: ReferenceCache,
        mailer: Mailer,
        clock: Callable[[], datetime],
        public_url: str | None = None,
    ) -> None:
        self._pool = pool
        self._reference = reference
        self._mailer = mailer
        self._clock = clock
        self._public_url = public_url

    async def send_due(self) -> int:
        """Send the digests that are owed now; how many were settled.

        A server that is away, or a recipient put off, is tried again after a few minutes until the day is over; what was not sent
        by then is part of the next digest. One that was sent although its worker died before the note of it is sent once more,
        under the same Message-ID.
        """
        now = self._clock()
        day = local(now).date()
        at = at_local(day, CLOCK)
        reference = await self._reference.current()
        if now < at or not reference.calendar.is_working_day(day):
            return 0
        settled = 0
        for username, since in await digests_due(self._pool, day, at):
            claimed = await claim_digest(self._pool, username, day)
            if claimed is not None:
                settled += await self._send(username, since, claimed, day, reference)
        return settled

    async def _send(self, username: str, since: datetime, claimed: Claimed, day: date, reference: Reference) -> bool:
        directory, at = reference.directory_at(self._clock()), at_local(day, CLOCK)
        person = directory.people.get(username)
        if person is None or not person.email:
            return False
        digest = await self._made(person, since, claimed, at, reference, directory)
        if digest.empty:
            await settle_digest(self._pool, username, day, "nothing")
            return True
        try:
            async with self._mailer.session() as session:
                await session.send_message(
                    composed(digest_letter(digest, self._public_url), self._mailer.target.sender)
                )
        except aiosmtplib.SMTPException as error:
            return await self._not_taken(username, day, error)
        await settle_digest(self._pool, username, day, "sent")
        MAILS.labels("digest").inc()
        return True

    async def _made(
        self,
        person: Person,
        since: datetime,
        claimed: Claimed,
        at: datetime,
        reference: Reference,
        directory: Directory,
    ) -> Digest:
        lines, total = await notices_between(self._pool, person.username, claimed, since)
        visible, concern = directory.visible_units(person), Concern.of(person, directory)
        own = await deadlines_of(self._pool, concern, visible, directory, at, MOST_DEADLINES)
        day = local(at).date()
        overdue, ahead = overdue_and_due_by(own, at, reference.calendar.shift(day, WORKING_DAYS_AHEAD))
        return Digest(person, day, at, lines, total, overdue, ahead)

    async def _not_taken(self, username: str, day: date, error: aiosmtplib.SMTPException) -> bool:
        """Whether that is the end of it: a refusal of this mail for good (5yz; RFC 5321, section 4.2.1), or mail without sense."""
        code, text = _said(error)
        if code >= 500 or isinstance(error, aiosmtplib.SMTPNotSupported):
            await settle_digest(self._pool, username, day, "refused", text)
            MAILS.labels("undelivered").inc()
            return True
        log.warning("digest.put_off", username=username, error=repr(error))
        return False


def _said(error: aiosmtplib.SMTPException) -> tuple[int, str]:
    """What the server said of this recipient or mail, code and words; 0 where the trouble is with the server itself."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            refused: aiosmtplib.SMTPResponseException = error.recipients[0]
        case aiosmtplib.SMTPDataError():
            refused = error
        case _:
            return 0, str(error)
    return refused.code, f"{refused.code} {refused.message}"
