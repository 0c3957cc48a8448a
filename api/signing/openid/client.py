"""What an API process holds of the provider: the provider itself, and a limit on how many may set out for it."""

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from api.signing.openid.provider import Provider
from api.signing.openid.setup import Setup

OF_AN_ADDRESS = RateLimitItemPerMinute(300, namespace="openid")
"""An office behind one address that comes to work at eight stays below it; each that sets out is a row in the database."""


class OpenID:
    """Lives as long as the process."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.provider = Provider(setup)
        self._starts = FixedWindowRateLimiter(MemoryStorage())

    async def may_start(self, address: str) -> bool:
        """Whether another browser at this address may set out within this minute; counts it."""
        return await self._starts.hit(OF_AN_ADDRESS, address)
