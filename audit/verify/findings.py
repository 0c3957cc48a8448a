"""What a verification finds wrong, in an order that puts the first bad position first."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FOUND_AT_MOST = 1000
"""Findings kept of each part of a run: a record that was rewritten wholly need not be told event by event."""


class Kind(StrEnum):
    """What was compared."""

    BYTES = "bytes"
    COLUMNS = "columns"
    EVENT = "event"
    CHAIN = "chain"
    POSITIONS = "positions"
    TREE = "tree"
    CHECKPOINT = "checkpoint"
    COSIGNATURE = "cosignature"
    TIME_STAMP = "time_stamp"
    READ_MODEL = "read_model"
    READS = "reads"


NAMES: dict[Kind, tuple[str, str]] = {
    Kind.BYTES: ("chuỗi byte không khớp mã băm", "bytes and hash differ"),
    Kind.COLUMNS: ("cột không khớp nội dung sự kiện", "columns differ from the event"),
    Kind.EVENT: ("sự kiện không đọc được", "not readable as an event"),
    Kind.CHAIN: ("chuỗi phiên bản đứt", "the chain of versions is broken"),
    Kind.POSITIONS: ("vị trí thiếu hoặc lặp", "positions are missing or repeated"),
    Kind.TREE: ("nút của cây không khớp", "a kept node of the tree differs"),
    Kind.CHECKPOINT: ("không khớp điểm kiểm", "differs from a checkpoint"),
    Kind.COSIGNATURE: ("chữ ký nhân chứng không đúng", "a cosignature does not hold"),
    Kind.TIME_STAMP: ("dấu thời gian không đúng", "a time stamp does not hold"),
    Kind.READS: ("lượt xem không khớp niêm phong", "notes of reads differ from their seal"),
    Kind.READ_MODEL: ("bảng đọc không khớp khi dựng lại", "a read model differs from a fresh fold"),
}
"""The names of the kinds in Vietnamese and English."""


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is not as it should be. `position` is the first global position at which it shows."""

    position: int
    kind: Kind
    what: str
    """What differs, with the two values where there are two."""


def first_of(findings: Iterable[Finding]) -> list[Finding]:
    """In order of position, at most FOUND_AT_MOST."""
    return sorted(findings)[:FOUND_AT_MOST]
