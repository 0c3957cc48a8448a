"""A witness outside (C2SP tlog-witness), ours or any other: what it cosigns is verified under the key it was named with."""

from audit.log.checkpoint import cosigned_at
from audit.log.note import COSIGNATURE, NoteRefused, Signature, VerifyingKey
from audit.places.http import Answer, checked, post, shown
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceContradicts, PlaceRefused, Taken
from audit.witness.submission import Submission

ROUNDS = 6
"""Calls for one checkpoint: where it stands, its key, a reminder, and others that deliver meanwhile."""


class WitnessPlace:
    """See Place."""

    def __init__(self, url: str) -> None:
        """`url` is http(s)://host/prefix#KEY. ValueError if that is none; NoteRefused is one too."""
        address, _, key = url.partition("#")
        self._url = checked(address).rstrip("/")
        self._key = VerifyingKey.parse(key)
        if self._key.algorithm != COSIGNATURE:
            raise NoteRefused(f"{self._key.name}+{self._key.id} is the key of a log, not of a witness")

    @property
    def name(self) -> str:
        """See Place. A witness with another key is another witness."""
        return f"witness+{shown(self._url)}#{self._key.name}+{self._key.id}"

    async def take(self, offer: Offer) -> Taken | None:
        """See Place. Only the record's last checkpoint is sent: an earlier one, late, looks like a log that shrank."""
        if offer.size < await offer.last_size():
            return None
        old, keys_told = offer.before, False
        for _ in range(ROUNDS):
            answer = await self._submit(await offer.submission(old))
            if answer.status == 200:
                return Taken(cosignatures=(self._cosignature(answer, offer),))
            if answer.status == 403 and not keys_told:
                await self._tell_keys(offer)
                keys_told = True
            elif answer.status == 409:
                known = self._size(answer)
                if known > offer.size:
                    await self._check_past(known, offer)
                    return None
                old = await self._stand(known, old, offer)
            else:
                raise self._failure(answer)
        raise PlaceAway("it stands elsewhere each time; others deliver to it at this moment")

    async def _stand(self, known: int, old: int, offer: Offer) -> int:
        if known == old:
            raise PlaceContradicts(
                f"asked from the {known} events that it names, it refuses: it knows another root, "
                "or its own state was set back"
            )
        if known < offer.before:
            await self._remind(known, offer)
            return offer.before
        return known

    async def _remind(self, known: int, offer: Offer) -> None:
        """It cosigned more before than it knows now. One that is told so by its own cosignature may go on from there."""
        reminder = await offer.reminder(known)
        answer = await self._submit(reminder) if reminder else None
        if answer is None or answer.status != 200:
            raise PlaceContradicts(
                f"it has cosigned {offer.before} events and now knows of {known}: its state was set back"
            )

    async def _check_past(self, known: int, offer: Offer) -> None:
        last = await offer.last_size()
        if known > last:
            raise PlaceContradicts(f"it knows {known} events, the last checkpoint of the record has {last}")

    async def _tell_keys(self, offer: Offer) -> None:
        """Ours learns a rotated key from the statement of the one before; others answer 404, and their people must be told."""
        for statement in await offer.statements():
            await post(f"{self._url}/add-key", statement.encode(), "text/plain; charset=utf-8")

    async def _submit(self, submission: Submission) -> Answer:
        return await post(f"{self._url}/add-checkpoint", str(submission).encode(), "text/plain; charset=utf-8")

    def _cosignature(self, answer: Answer, offer: Offer) -> Signature:
        try:
            for line in answer.body.decode().removesuffix("\n").split("\n"):
                signature = Signature.parse(line)
                if signature.by(self._key):
                    cosigned_at(offer.checkpoint.note.text, signature, self._key)
                    return signature
        except (NoteRefused, UnicodeDecodeError) as error:
            raise PlaceRefused(f"its cosignature does not hold: {error}") from error
        raise PlaceRefused("it signs with another key")

    def _size(self, answer: Answer) -> int:
        written = answer.body.removesuffix(b"\n")
        if not written.isdigit() or len(written) > 19:
            raise PlaceRefused(f"409 without a size: {answer.text}")
        return int(written)

    def _failure(self, answer: Answer) -> Exception:
        said = f"{answer.status} {answer.text}"
        if answer.status == 422:
            return PlaceContradicts(f"{said}: for it, the record does not go on from what it knows")
        if answer.status in (403, 404):
            return PlaceRefused(f"{said}: its people must be given the key of this log")
        return PlaceAway(said) if answer.is_later else PlaceRefused(said)
