"""An address outside that gets each checkpoint posted as it is, and answers 2xx when it has it."""

from audit.places.http import checked, post, shown
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceRefused, Taken


class WebhookPlace:
    """See Place. What it answers in its body is kept as the receipt."""

    def __init__(self, url: str) -> None:
        """ValueError if it is no address."""
        self._url = checked(url)

    @property
    def name(self) -> str:
        """See Place."""
        return shown(self._url)

    async def take(self, offer: Offer) -> Taken:
        """See Place."""
        answer = await post(self._url, offer.note.encode(), "text/plain; charset=utf-8")
        if 200 <= answer.status < 300:
            return Taken(receipt=answer.text or None)
        failed = PlaceAway if answer.is_later else PlaceRefused
        raise failed(f"{answer.status} {answer.text}")
