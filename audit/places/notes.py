"""Checkpoints in files: how one is called that lies alone, and how many are read that stand one below the other."""

from collections.abc import Iterable, Iterator
from itertools import chain

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import NoteRefused

_SIGNATURE = "\u2014 "


def name_of(head: TreeHead) -> str:
    """The name of a checkpoint's file: by size, so that names sort as checkpoints do."""
    return f"{head.size:012}.note"


def contradiction_of(head: TreeHead) -> str:
    """The name for one that contradicts what is there: other roots of one size lie beside each other."""
    return f"{head.size:012}-{head.root.hex()[:16]}.note"


def notes_in(lines: Iterable[str]) -> Iterator[Checkpoint]:
    """The checkpoints in lines with their ends, an empty line after each; what was cut off or is none is left out. Unchecked."""
    text: list[str] = []
    part: list[str] = []
    for line in chain(lines, ["\n"]):
        if line != "\n":
            part.append(line)
            continue
        if text and part and part[0].startswith(_SIGNATURE):
            try:
                yield Checkpoint.parse("".join((*text, "\n", *part)))
            except NoteRefused:
                pass  # the disk filled up in the middle of it; it was written again below
        if part:
            text, part = part, []
