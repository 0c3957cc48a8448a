"""Nobody decides on what they did themselves, under whichever of two names: their own, or the one they act for."""

from domain.event_values import Actor


def is_same_person(actor: Actor, *acted: str | None) -> bool:
    """Whether one of those who `acted` is the actor, or the one for whom the actor acts."""
    return any(name is not None and name in (actor.user, actor.on_behalf_of) for name in acted)
