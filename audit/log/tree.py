"""The Merkle tree over the record by global position: RFC 9162, section 2.1 (the tree of RFC 6962).

Leaf i is the event at global position i + 1. Everything here is pure: what to read is told as spans of leaves, and who has the
hashes of these gives them back.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""


class Subtree(NamedTuple):
    """A complete subtree: the 2**level leaves from place * 2**level on."""

    level: int
    place: int

    @property
    def first(self) -> int:
        """Its first leaf."""
        return self.place << self.level

    @property
    def end(self) -> int:
        """The leaf after its last."""
        return (self.place + 1) << self.level


class Leaves(NamedTuple):
    """The leaves from `first` up to but not including `end`, as one node of the tree."""

    first: int
    end: int


HashOf = Callable[[Subtree], bytes]


class ProofRefused(ValueError):
    """A proof that does not hold."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_subtrees(leaves: Leaves) -> list[Subtree]:
    """The largest complete subtrees that make up the leaves, from left to right."""
    found = []
    first, end = leaves
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        found.append(Subtree(level, first >> level))
        first += 1 << level
    return found


def combined(leaves: Leaves, hash_of: HashOf) -> bytes:
    """The hash of a node of the tree, from the complete subtrees below it."""
    *before, last = complete_subtrees(leaves)
    result = hash_of(last)
    for subtree in reversed(before):
        result = node_hash(hash_of(subtree), result)
    return result


def root(size: int, hash_of: HashOf) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return combined(Leaves(0, size), hash_of) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int) -> list[Leaves]:
    """The nodes that prove leaf `index` of a tree of `size` leaves, from the leaf upwards (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofRefused(f"there is no leaf {index} in a tree of {size}")
    path = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(Leaves(middle, end))
            end = middle
        else:
            path.append(Leaves(first, middle))
            first = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Leaves]:
    """The nodes that prove that the tree of `new` leaves goes on from that of `old` (section 2.1.4.1)."""
    if not 0 <= old <= new:
        raise ProofRefused(f"a tree of {old} leaves does not come before one of {new}")
    if old in (0, new):
        return []
    path = []
    first, end, whole = 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(Leaves(middle, end))
            end = middle
        else:
            path.append(Leaves(first, middle))
            first, whole = middle, False
    if not whole:
        path.append(Leaves(first, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """ProofRefused unless the path leads from the leaf hash to the root (section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofRefused(f"there is no leaf {index} in a tree of {size}")
    _check_lengths((leaf, expected, *path))
    place, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofRefused("the inclusion proof is longer than the tree is high")
        if place & 1 or place == last:
            result = node_hash(step, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, step)
        place, last = place >> 1, last >> 1
    if last or result != expected:
        raise ProofRefused("the inclusion proof does not lead to the root")


def check_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """ProofRefused unless the tree of `new` leaves is shown to go on from that of `old` (section 2.1.4.2)."""
    if not 0 <= old <= new:
        raise ProofRefused(f"a tree of {old} leaves does not come before one of {new}")
    _check_lengths((old_root, new_root, *path))
    if old in (0, new):
        if path or (old_root != EMPTY_ROOT if old == 0 else old_root != new_root):
            raise ProofRefused("the roots of one size differ" if old else "an empty tree has another root")
        return
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise ProofRefused("the consistency proof is empty")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    of_old = of_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused("the consistency proof is longer than the tree is high")
        if place & 1 or place == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            of_new = node_hash(of_new, step)
        place, last = place >> 1, last >> 1
    if last or of_old != old_root or of_new != new_root:
        raise ProofRefused("the consistency proof does not lead from the one root to the other")


def _check_lengths(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofRefused(f"a hash has {HASH_SIZE} bytes")


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree from the hashes of one level of it; their count is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


class Frontier:
    """A tree that grows leaf by leaf and keeps only its complete subtrees: at most one hash a level."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []
        """The complete subtrees from left to right, largest first."""

    def append(self, leaf: bytes) -> None:
        """Add the next leaf."""
        self.append_subtree(0, leaf)

    def append_subtree(self, level: int, subtree: bytes) -> None:
        """Add the next 2**level leaves by their root; the size so far is a multiple of as many."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"a subtree of level {level} cannot follow {self.size} leaves")
        self._complete.append(subtree)
        carry = self.size >> level
        while carry & 1:
            right, left = self._complete.pop(), self._complete.pop()
            self._complete.append(node_hash(left, right))
            carry >>= 1
        self.size += 1 << level

    def copy(self) -> "Frontier":
        """One that grows on its own from here."""
        other = Frontier()
        other.size, other._complete = self.size, [*self._complete]
        return other

    @property
    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self._complete:
            return EMPTY_ROOT
        result = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            result = node_hash(left, result)
        return result
