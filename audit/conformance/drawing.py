"""The normative process as a Mermaid state diagram, for pages that people read."""

from collections import defaultdict

from audit.conformance.process import START, Process
from domain.wording import EVENT_NAMES, named


def mermaid(process: Process) -> str:
    """The passages that lead on; what leaves a directive where it is has no arrow."""
    arrows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for passage in process.passages:
        if passage.source != passage.target:
            arrows[passage.source, passage.target].append(passage.event)
    lines = ["stateDiagram-v2"]
    for (source, target), events in arrows.items():
        said = ", ".join(named(EVENT_NAMES, event) for event in events)
        lines.append(f"    {_state(source)} --> {_state(target)}: {said}")
    return "\n".join(lines)


def _state(place: str) -> str:
    return "[*]" if place == START else place.replace(".", "_")
