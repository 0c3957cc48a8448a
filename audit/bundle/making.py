"""Making a bundle: one pass over the selection, events word for word, the rest of the tree as hashes."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib.resources import files
from tempfile import TemporaryFile
from typing import IO

from audit.bundle.archive import Archive, Summed
from audit.bundle.cover import Cover
from audit.bundle.paper import as_html, as_text
from audit.bundle.report import Material, report_of
from audit.bundle.selection import NOTHING_WITHHELD, NothingSelected, Selection, Withholding
from audit.bundle.statements import Statement, keys_file, statements
from audit.log.checkpoint import TreeHead
from audit.log.note import Note, VerifyingKey
from audit.log.tree import Leaves
from domain.validity import DatedDirectory
from storage.bundle import SelectedEvent
from storage.envelope import rfc8785
from storage.log import StoredCheckpoint
from storage.pool import Pool

FORMAT = "dondoc-bundle/v1"
_TOLD_EVERY = 10_000


class NotCovered(LookupError):
    """The last checkpoint does not cover the selection; `position` is its last event."""

    def __init__(self, size: int, position: int) -> None:
        super().__init__(f"the last checkpoint covers {size} events, the selection goes up to position {position}")


@dataclass(frozen=True)
class Made:
    """What a bundle that was made holds."""

    origin: str
    size: int
    root: bytes
    events: int
    withheld: int
    streams: int
    checkpoints: int


@dataclass(frozen=True)
class Wish:
    """What a bundle is to hold."""

    selection: Selection
    withholding: Withholding = NOTHING_WITHHELD
    facts: tuple[tuple[str, str], ...] = ()
    """What the report says of the selection, in words."""
    witnesses: Sequence[VerifyingKey] = ()
    """Keys of witnesses that are known here, so that their cosignatures can be checked."""


async def make_bundle(
    pool: Pool,
    wish: Wish,
    last: StoredCheckpoint,
    out: IO[bytes],
    dated: DatedDirectory | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Made:
    """Write the bundle of the tree of the checkpoint `last`; `tell` hears how far it is, as a position.

    NotCovered, NothingSelected; NodeMissing if the record is not what it was.
    """
    extent = await wish.selection.extent(pool)
    if extent.last > last.size:
        raise NotCovered(last.size, extent.last)
    signed = await statements(pool, last, extent)
    with Archive(out) as archive:
        return await _filled(pool, wish, last, signed, archive, dated, tell)


async def _filled(
    pool: Pool,
    wish: Wish,
    last: StoredCheckpoint,
    signed: Sequence[Statement],
    archive: Archive,
    dated: DatedDirectory | None,
    tell: Callable[[int], None],
) -> Made:
    here, material = files(__package__), Material()
    archive.put("README.md", here.joinpath("readme.md").read_bytes())
    archive.put("verify.py", here.joinpath("verify.py").read_bytes())
    with TemporaryFile() as between, TemporaryFile() as hidden:
        cover = Cover(pool, [one.size for one in signed], between)
        await _Pass(pool, wish, material, cover, hidden).run(last.size, archive, tell)
        archive.copy("cover.txt", between)
        archive.copy("withheld.jsonl", hidden)
    disclosed = material.total - material.withheld
    if not disclosed:
        raise NothingSelected("nothing of the selection is disclosed")
    report = report_of(material, [*wish.facts, *_withheld_facts(wish.withholding)], signed, dated)
    archive.put("report.html", as_html(report))
    archive.put("report.txt", as_text(report))
    archive.put("keys.json", await keys_file(pool, wish.witnesses))
    for one in signed:
        for name, content in one.files.items():
            archive.put(name, content)
    head = TreeHead.parse(Note.parse(last.note).text)
    made = Made(head.origin, head.size, head.root, disclosed, material.withheld, len(material.streams), len(signed))
    archive.put("manifest.json", _manifest(wish, made, archive.sums))
    return made


def _manifest(wish: Wish, made: Made, sums: dict[str, str]) -> bytes:
    return rfc8785(
        {
            "format": FORMAT,
            "origin": made.origin,
            "tree_size": made.size,
            "selection": wish.selection.stated,
            "withholding": {"rules": wish.withholding.rules, "reason": wish.withholding.reason},
            "counts": {"events": made.events, "withheld": made.withheld, "streams": made.streams},
            "files": dict(sums),
        }
    )


def _withheld_facts(withholding: Withholding) -> list[tuple[str, str]]:
    if not withholding.rules:
        return []
    facts = [("Không công bố", ", ".join(withholding.rules))]
    return [*facts, ("Lý do không công bố", withholding.reason)] if withholding.reason else facts


class _Pass:
    """The one pass: what is disclosed goes into the archive, what lies between into the cover."""

    def __init__(self, pool: Pool, wish: Wish, material: Material, cover: Cover, hidden: IO[bytes]) -> None:
        self._pool = pool
        self._wish = wish
        self._material = material
        self._cover = cover
        self._hidden = hidden

    async def run(self, size: int, archive: Archive, tell: Callable[[int], None]) -> None:
        """Go through the selection, and end the cover at `size`."""
        next_leaf = 0
        # Closed at once if something goes wrong: the events come over a connection of their own.
        async with aclosing(self._wish.selection.events(self._pool, size)) as selected:
            with archive.writing("events.jsonl") as events:
                async for event in selected:
                    await self._take(event, next_leaf, events)
                    next_leaf = event.position
                    if self._material.total % _TOLD_EVERY == 0:
                        tell(event.position)
        await self._cover.add(Leaves(next_leaf, size))
        await self._cover.flush()

    async def _take(self, event: SelectedEvent, next_leaf: int, events: Summed) -> None:
        """The next event of the selection, and before it the leaves from `next_leaf` on that are not."""
        leaf = event.position - 1
        if leaf > next_leaf:
            await self._cover.add(Leaves(next_leaf, leaf))
        withheld = self._wish.withholding.covers(event)
        if withheld:
            await self._cover.add(Leaves(leaf, event.position))
            self._hidden.write(self._withheld_line(event))
        else:
            events.write(event.canonical + b"\n")
        self._material.add(event, withheld=withheld)

    def _withheld_line(self, event: SelectedEvent) -> bytes:
        line = {
            "position": event.position,
            "stream_id": str(event.stream_id),
            "stream_version": event.stream_version,
            "reason": self._wish.withholding.reason,
        }
        return rfc8785(line) + b"\n"
