"""Holds the notes of reads against the seals in the record: none may be missing, changed or added behind a seal."""

from dataclasses import dataclass

from pydantic import ValidationError

from domain.reading import ReadsSealed
from domain.registries import Registry
from storage.envelope import registry_event_from
from storage.queries import sql
from storage.reads import Source, sum_of_reads

BEFORE_ALL = -(2**63)


@dataclass(frozen=True)
class ReadsFault:
    """What is wrong with the seal at a global position, or with the reads that it covers."""

    position: int
    code: str
    """seal_unreadable, seals_not_joined, reads_missing, reads_added or reads_changed."""
    detail: str
    """The same in words, Vietnamese and English."""


async def verify_reads(source: Source) -> list[ReadsFault]:
    """All faults, in order of the seals; memory is constant. Reads after the last seal are not covered yet.

    That the seals themselves stand as they were written is for the verification of the record: they are events like others.
    """
    faults, ended = [], 0
    for row in await source.fetch(sql("events_of_directive"), Registry.READS.stream_id, 0):
        position = row["global_position"]
        seal = _seal(row["canonical"])
        if seal is None:
            faults.append(
                ReadsFault(position, "seal_unreadable", "không đọc được niêm phong · the seal cannot be read")
            )
            continue
        if seal.after != ended:
            faults.append(
                ReadsFault(
                    position,
                    "seals_not_joined",
                    f"niêm phong trước hết ở {ended}, niêm phong này bắt đầu sau {seal.after}"
                    f" · the last seal ended at {ended}, this one begins after {seal.after}",
                )
            )
        faults += await _differing(source, position, seal)
        ended = seal.through
    return faults


def _seal(canonical: bytes) -> ReadsSealed | None:
    try:
        data = registry_event_from(canonical).data
    except (ValidationError, ValueError, KeyError):
        return None
    return data if isinstance(data, ReadsSealed) else None


async def _differing(source: Source, position: int, seal: ReadsSealed) -> list[ReadsFault]:
    try:
        # Before the first range there is nothing, whatever number it has.
        count, sha256 = await sum_of_reads(source, seal.after or BEFORE_ALL, seal.through)
    except ValidationError:
        count, sha256 = seal.count, "—"  # a line that no program of ours can have noted
    if (count, sha256) == (seal.count, seal.sha256):
        return []
    code = "reads_missing" if count < seal.count else "reads_added" if count > seal.count else "reads_changed"
    span = f"{seal.after + 1}–{seal.through}"
    told = (
        f"lượt xem {span}: niêm phong {seal.count}, nay có {count}, tổng kiểm lệch"
        f" · reads {span}: {seal.count} were sealed, {count} are there, the sum differs"
    )
    return [ReadsFault(position, code, told)]
