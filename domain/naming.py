"""Whether a unit can be named today: unknown ones are refused, ended ones with the successor that stands in their place."""

from domain.directory import Directory
from domain.refusals import Code, Refusal, refuse


def unit_refusal(code: str, directory: Directory) -> Refusal | None:
    """Why work cannot be given to the unit `code`; None if it is there."""
    if code in directory.units:
        return None
    ended = directory.ended.get(code)
    if ended is None:
        return refuse(Code.UNKNOWN_UNIT, unit=code)
    successor = directory.successor(code)
    return refuse(
        Code.UNIT_ENDED,
        unit=code,
        name=ended.name,
        ended_on=ended.on.isoformat(),
        successor=successor.code if successor else "—",
        successor_name=successor.name if successor else "—",
    )
