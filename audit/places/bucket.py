"""An S3-compatible store outside: every checkpoint under its size, and the last one under a name of its own."""

from datetime import timedelta

import obstore

from audit.log.checkpoint import Checkpoint
from audit.log.note import NoteRefused
from audit.places.growth import Growth, growth
from audit.places.notes import contradiction_of, name_of
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceContradicts, PlaceRefused, Taken
from storage.bucket import away, bucket_at
from storage.objects import ObjectsAway

LAST, NOTES, CONTRADICTIONS = "last.note", "notes", "contradictions"
_REQUEST = timedelta(seconds=20)
_MOST_BYTES = 64 * 1024


class BucketPlace:
    """See Place. That nobody replaces what lies there is for the store to see to (object lock, versions)."""

    def __init__(self, url: str) -> None:
        """`url` is s3://bucket/prefix. ValueError without a bucket."""
        self._url = url
        self._store, self._where = bucket_at(url, _REQUEST)

    @property
    def name(self) -> str:
        """See Place."""
        return self._url

    async def take(self, offer: Offer) -> Taken | None:
        """See Place."""
        head = offer.checkpoint.head
        try:
            held = await self._last()
            found = await growth(offer, held.head if held else None)
            if found is Growth.NEW:
                await self._put(f"{NOTES}/{name_of(head)}", offer.note)
                await self._put(LAST, offer.note)
        except PlaceContradicts as contradicted:
            await self._keep_beside(offer, contradicted)
            raise
        except ObjectsAway as error:
            raise PlaceAway(str(error)) from error
        return None if found is Growth.PAST else Taken()

    async def _keep_beside(self, offer: Offer, contradicted: PlaceContradicts) -> None:
        key = f"{CONTRADICTIONS}/{contradiction_of(offer.checkpoint.head)}"
        try:
            await self._put(key, offer.note)
        except ObjectsAway as error:
            contradicted.add_note(f"{key} was not written: {error}")

    async def _last(self) -> Checkpoint | None:
        with away():
            try:
                found = await obstore.get_async(self._store, LAST)
            except FileNotFoundError:
                return None
            written = b"" if found.meta["size"] > _MOST_BYTES else bytes(await found.bytes_async())
        try:
            return Checkpoint.parse(written.decode())
        except (NoteRefused, UnicodeDecodeError) as error:
            raise PlaceRefused(f"{LAST} there is no checkpoint") from error

    async def _put(self, key: str, note: str) -> None:
        with away():
            await obstore.put_async(self._store, key, note.encode())
