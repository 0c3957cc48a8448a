"""Whether a checkpoint goes on from the one that a place holds: the question of a witness, asked by who delivers."""

from enum import Enum, auto

from audit.log.checkpoint import TreeHead
from audit.log.tree import ProofRefused, check_consistency
from audit.places.offer import Offer
from audit.places.place import PlaceContradicts, PlaceRefused


class Growth(Enum):
    """How an offered checkpoint stands to the last one of a place."""

    NEW = auto()
    SAME = auto()
    PAST = auto()
    """The place has a later one already, which this record knows of."""


async def growth(offer: Offer, held: TreeHead | None) -> Growth:
    """How it stands. PlaceContradicts if the record does not go on from there; PlaceRefused if that is another log's place."""
    head = offer.checkpoint.head
    if held is None:
        return Growth.NEW
    if held.origin != head.origin:
        raise PlaceRefused(f"checkpoints of another log lie there, {held.origin}")
    if held.size > head.size:
        # Asked only now: what the place holds was in the record before it was taken there.
        if held.size > (last := await offer.last_size()):
            raise PlaceContradicts(
                f"it holds a checkpoint of {held.size} events, the last one of the record has {last}"
            )
        return Growth.PAST
    if held.size == head.size:
        if held.root != head.root:
            raise PlaceContradicts(f"it holds another root for {head.size} events, {held.root.hex()}")
        return Growth.SAME
    try:
        check_consistency(held.size, head.size, await offer.proof(held.size), held.root, head.root)
    except ProofRefused as error:
        raise PlaceContradicts(
            f"the record does not go on from the {held.size} events that it holds: {error}"
        ) from error
    return Growth.NEW
