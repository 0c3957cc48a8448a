"""Addresses that lead on from a page: of this site only."""


def inside(address: str) -> str:
    """An address of this site; the first page for any other, so that nobody is led out of the house."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"
