"""What the data of every event has."""

from domain.model import Value


class Informing(Value):
    """`informs` are the usernames told of the event, decided when it was recorded."""

    informs: tuple[str, ...] = ()
