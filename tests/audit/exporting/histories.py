"""Records to export: one with every type of event in its fullest and its barest form, and ones that grow."""

from collections.abc import Iterator
from uuid import NAMESPACE_OID, UUID, uuid5

from domain.event_values import CitedSource
from domain.policy import SourceKind
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import Commit
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    below,
    child_closed,
    delegated,
    extension_granted,
    extension_requested,
    issued,
    progressed,
    reassigned,
    reported,
)
from tests.domain.spec import Happened
from tests.domain.stored_examples import FULL, MINIMAL
from tests.storage.commits import after, commit

AWKWARD = "Rà soát <“hồ sơ”> & 'cán bộ' \"quận\" ]]> Đ\nđợt 2\tđầy đủ"
"""What XML, JSON and SQL each have their trouble with."""
SOURCE = CitedSource(kind=SourceKind.CONCLUSION_NOTICE, number="12/TB-UBND", issued_by="UBND quận")


def every_type() -> Iterator[Commit]:
    """Two directives with all types of events after their issue: each full, and each with nothing that may be left out."""
    for number, examples in enumerate((FULL, MINIMAL), 1):
        first, *others = examples
        begun = _begun(number, Happened(first.model_copy(update={"code": f"2020/{number:04d}"}), by="chu-tich", at=0))
        yield begun
        last = begun
        for place, data in enumerate(others, 1):
            last = after(last, Happened(data, by="tp-nv", at=place))
            yield last


def family() -> Iterator[Commit]:
    """A directive that is extended, delegated and goes over to another unit, and the sub-directive that comes from it."""
    parent = _begun(11, issued(title=AWKWARD.replace("\n", " ").replace("\t", " "), code="2020/0011", source=SOURCE))
    yield parent
    for happened in (
        (acknowledged(1),),
        (progressed(40, 2),),
        (extension_requested(20, at=3),),
        (extension_granted(20, at=4),),
        (delegated("P-A", number=1, due=10, at=5),),
        (reassigned("TNMT", at=6),),
        (child_closed(1, at=7),),
        (reported(8),),
        (approved(9),),
        (accepted(at=10),),
    ):
        parent = after(parent, *happened)
        yield parent
    below_it = issued(code="2020/0012", source=SOURCE, parent=parent.directive_id, lead_unit="P-A", at=5)
    yield commit(None, below(1), below_it)


async def write(pool: Pool, commits: Iterator[Commit]) -> None:
    """Append them one after another."""
    store = PostgresEventStore(pool)
    for one in commits:
        await store.append([one])


def many(directives: int, events: int) -> Iterator[Commit]:
    """So many directives with so many events each."""
    for number in range(directives):
        last = _begun(100 + number, issued(code=f"2019/{number:04d}", source=SOURCE))
        yield last
        yield after(last, *(progressed(percent % 100, at=1 + percent) for percent in range(events - 1)))


def _begun(number: int, happened: Happened) -> Commit:
    return commit(None, _id(number), happened)


def _id(number: int) -> UUID:
    """The same in every run."""
    return uuid5(NAMESPACE_OID, f"export {number}")


FAMILY = _id(11)
"""The parent in `family`."""
