"""The tree against the published vectors of Certificate Transparency, against a second reading of RFC 9162, and against itself."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.log.tree import (
    EMPTY_ROOT,
    Frontier,
    Leaves,
    ProofRefused,
    Subtree,
    check_consistency,
    check_inclusion,
    combined,
    complete_subtrees,
    consistency_path,
    inclusion_path,
    root,
    subtree_root,
)

PUBLISHED_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The leaves and roots (of the first 0 to 8 leaves) that implementations of RFC 6962 test themselves with."""
PUBLISHED_INCLUSION = [
    (0, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
    (5, 8, ["bc1a0643", "ca854ea1", "d37ee418"]),
    (2, 3, ["fac54203"]),
    (1, 5, ["6e340b9c", "5f083f0a", "bc1a0643"]),
]
"""(leaf, size, the first four bytes of each hash)."""
PUBLISHED_CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
    (6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"]),
    (2, 5, ["5f083f0a", "bc1a0643"]),
]


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def published() -> list[bytes]:
    return [leaf(bytes.fromhex(content)) for content in PUBLISHED_LEAVES]


def numbered(size: int) -> list[bytes]:
    return [leaf(str(number).encode()) for number in range(size)]


def reference_root(leaves: list[bytes]) -> bytes:
    """MTH as the RFC writes it down, recursively."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + reference_root(leaves[:split]) + reference_root(leaves[split:])).digest()


def hashes(leaves: list[bytes], path: list[Leaves]) -> list[bytes]:
    return [combined(node, lambda s: reference_root(leaves[s.first : s.end])) for node in path]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    leaves = published()[:size]
    frontier = Frontier()
    for one in leaves:
        frontier.append(one)
    assert frontier.root.hex() == PUBLISHED_ROOTS[size]
    assert root(size, lambda s: reference_root(leaves[s.first : s.end])).hex() == PUBLISHED_ROOTS[size]


@pytest.mark.parametrize(("index", "size", "begin"), PUBLISHED_INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, begin: list[str]) -> None:
    leaves = published()
    path = hashes(leaves, inclusion_path(index, size))
    assert [one.hex()[:8] for one in path] == begin
    check_inclusion(leaves[index], index, size, path, bytes.fromhex(PUBLISHED_ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "begin"), PUBLISHED_CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int, begin: list[str]) -> None:
    path = hashes(published(), consistency_path(old, new))
    assert [one.hex()[:8] for one in path] == begin
    check_consistency(old, new, path, *(bytes.fromhex(PUBLISHED_ROOTS[size]) for size in (old, new)))


def test_every_proof_of_every_small_tree_holds_and_holds_for_nothing_else() -> None:
    leaves = numbered(20)
    roots = [reference_root(leaves[:size]) for size in range(21)]
    for size in range(1, 21):
        for index in range(size):
            path = hashes(leaves, inclusion_path(index, size))
            check_inclusion(leaves[index], index, size, path, roots[size])
            for wrong in (
                (leaves[index - 1], index, size, path, roots[size]) if size > 1 else None,
                (leaves[index], index + 1, size, path, roots[size]),
                (leaves[index], index, size, path, roots[size - 1]),
                (leaves[index], index, size, path[:-1], roots[size]) if path else None,
                (leaves[index], index, size, [*path, roots[0]], roots[size]),
                (leaves[index], index, size, [*path[:-1], roots[0]], roots[size]) if path else None,
            ):
                if wrong is not None:
                    with pytest.raises(ProofRefused):
                        check_inclusion(*wrong)
        for old in range(size + 1):
            path = hashes(leaves, consistency_path(old, size))
            check_consistency(old, size, path, roots[old], roots[size])
            other = hashlib.sha256(b"another history").digest()
            for old_root, new_root, steps in (
                (other, roots[size], path),
                (roots[old], other, path) if old else (other, other, path),
                (roots[old], roots[size], [*path, other]),
                (roots[old], roots[size], path[:-1]) if path else (other, roots[size], path),
            ):
                with pytest.raises(ProofRefused):
                    check_consistency(old, size, steps, old_root, new_root)


def test_a_tree_that_shrank_is_refused() -> None:
    with pytest.raises(ProofRefused, match="does not come before"):
        check_consistency(5, 4, [], EMPTY_ROOT, EMPTY_ROOT)
    with pytest.raises(ProofRefused, match="does not come before"):
        consistency_path(5, 4)
    with pytest.raises(ProofRefused, match="there is no leaf"):
        inclusion_path(4, 4)


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(ProofRefused, match="32 bytes"):
        check_inclusion(b"short", 0, 1, [], b"short")


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_complete_subtrees_tile_their_leaves(one: int, other: int) -> None:
    first, end = 0, max(one, other)
    subtrees = complete_subtrees(Leaves(first, end))
    assert [s.first for s in subtrees] == [first, *(s.end for s in subtrees)][:-1][: len(subtrees)]
    assert not subtrees or subtrees[-1].end == end
    assert all(left.level > right.level for left, right in pairwise(subtrees))


@given(st.integers(1, 10**7), st.data())
def test_an_inclusion_path_is_as_long_as_the_tree_is_high(size: int, data: st.DataObject) -> None:
    path = inclusion_path(data.draw(st.integers(0, size - 1)), size)
    assert len(path) <= (size - 1).bit_length()


def test_a_million_events_take_twenty_hashes_at_most() -> None:
    assert max(len(inclusion_path(index, 10**6)) for index in range(0, 10**6, 997)) == 20


def test_a_subtree_from_one_of_its_levels() -> None:
    leaves = numbered(8)
    assert subtree_root(leaves) == reference_root(leaves)
    assert Subtree(2, 3).first == 12
    assert Subtree(2, 3).end == 16
