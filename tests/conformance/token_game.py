"""Playing a net by its definition: which markings can be reached by recording these events, one after another."""

from collections import Counter
from collections.abc import Iterable

from audit.conformance.net import Net, Transition

Marking = frozenset[tuple[str, int]]


def fits(net: Net, events: Iterable[str]) -> bool:
    """Whether the net can record exactly these events and then come to its final marking by silent transitions alone."""
    markings = {_marking(Counter(net.initial))}
    for event in events:
        markings = {
            after
            for marking in markings
            for one in net.transitions
            if one.event == event and (after := _fired(marking, one)) is not None
        }
        if not markings:
            return False
    return any(_ends(net, marking) for marking in markings)


def _ends(net: Net, marking: Marking) -> bool:
    silent = [one for one in net.transitions if one.event is None]
    final, seen, waiting = _marking(Counter(net.final)), {marking}, [marking]
    while waiting:
        at = waiting.pop()
        if at == final:
            return True
        ways = [after for one in silent if (after := _fired(at, one)) is not None and after not in seen]
        seen.update(ways)
        waiting += ways
    return False


def _fired(marking: Marking, transition: Transition) -> Marking | None:
    tokens = Counter(dict(marking))
    tokens.subtract(transition.takes)
    if any(count < 0 for count in tokens.values()):
        return None
    tokens.update(transition.gives)
    return _marking(tokens)


def _marking(tokens: Counter[str]) -> Marking:
    return frozenset((place, count) for place, count in tokens.items() if count)
