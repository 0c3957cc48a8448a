"""What can go wrong with the provider. What is said here is for the log; people are told less (api.wording)."""


class ProviderAway(Exception):
    """The provider cannot be reached, takes too long, or answers with something else than it should."""


class ProviderRefused(Exception):
    """What came from the provider does not prove who is there."""


class UnknownKey(ProviderRefused):
    """Signed with a key that the provider has not published, or had not when it was last asked."""
