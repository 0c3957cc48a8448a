"""What goes into a bundle, and what does not."""

import io
from pathlib import Path

import pytest

from audit.bundle.making import NotCovered, Wish, make_bundle
from audit.bundle.selection import Directives, NothingSelected, Positions, Withholding
from audit.bundle.statements import MOST_CHECKPOINTS, Statement
from audit.bundle.verify import FILES, KEY_INSIDE, LARGE, Files, verify
from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.nodes import NodeMissing
from audit.log.note import SigningKey
from tests.audit.bundle.conftest import LOG, SECRET, Scene
from tests.audit.bundle.unpacked import Unpacked, root_of


def test_the_whole_record_needs_no_cover(whole: Unpacked, scene: Scene, tmp_path: Path) -> None:
    verdict = verify(whole.written(tmp_path / "b"), [str(scene.keys[0].verifying)])
    last = scene.checkpoints[-1]
    assert verdict["ok"], verdict
    assert (verdict["size"], verdict["counts"]) == (last.size, {"events": last.size, "withheld": 0, "streams": 10})
    assert verdict["key"] == f"nhatky.example+{scene.keys[1].verifying.id}"
    assert verdict["trust"] == ""
    witnessed = f"2026-11-20 08:00:00+00:00, ≤ {scene.checkpoints[0].size}"
    assert verdict["cosigned"] == {f"nhan-chung.example+{scene.witness.verifying.id}{KEY_INSIDE}": witnessed}
    assert whole.files["cover.txt"] == b""
    assert root_of(whole.events) == last.root


@pytest.mark.parametrize("kind", ["ranged", "chosen"])
def test_a_part_is_proven_with_the_rest_as_hashes(
    kind: str, request: pytest.FixtureRequest, scene: Scene, tmp_path: Path
) -> None:
    part: Unpacked = request.getfixturevalue(kind)
    for place in (part.written(tmp_path / "b"), part.zipped(tmp_path / "b.zip")):
        verdict = verify(place, [str(scene.keys[0].verifying)])
        assert verdict["ok"], verdict
        assert verdict["size"] == scene.checkpoints[-1].size
        assert verdict["counts"] == part.manifest["counts"]
        assert verdict["counts"]["withheld"] > 0
    assert len(part.events) + len(part.cover) < scene.checkpoints[-1].size


@pytest.mark.parametrize("kind", ["ranged", "chosen"])
def test_nothing_of_what_is_withheld_is_in_the_bundle(kind: str, request: pytest.FixtureRequest) -> None:
    part: Unpacked = request.getfixturevalue(kind)
    assert not [name for name, content in part.files.items() if SECRET.encode() in content]
    assert "bí mật công tác".encode() in part.files["withheld.jsonl"]
    assert "Không công bố".encode() in part.files["report.html"]


def test_the_report_tells_each_directive_in_words(whole: Unpacked) -> None:
    page, text = whole.files["report.html"].decode(), whole.files["report.txt"].decode()
    for told in (page, text):
        assert SECRET in told
        assert "Giao nhiệm vụ" in told
        assert "tiến độ 60 %" in told
        assert "Danh mục: Khoá của nhật ký" in told
    assert "Nhiệm vụ &lt;0&gt;" in page
    assert "<script" not in page
    assert "Nhiệm vụ <0>" not in page


def test_a_part_with_gaps_says_nothing_of_how_a_directive_stands(chosen: Unpacked) -> None:
    told = chosen.files["report.txt"].decode()
    assert "Không đủ mọi sự kiện ở đây" in told
    assert "Trạng thái sau sự kiện cuối" not in told


async def test_the_same_selection_gives_the_same_bytes(scene: Scene) -> None:
    selection = Directives(tuple(scene.directives[:2]))
    assert (await scene.bundle(selection))[1] == (await scene.bundle(selection))[1]


async def test_an_older_checkpoint_takes_what_it_covers(scene: Scene, tmp_path: Path) -> None:
    made, packed = await scene.bundle(Positions(2, 9), at=0)
    assert made.size == scene.checkpoints[0].size
    assert verify(Unpacked.of(packed).written(tmp_path / "b"))["ok"]


async def test_what_no_checkpoint_covers_is_not_taken(scene: Scene) -> None:
    with pytest.raises(NotCovered):
        await scene.bundle(Positions(1, scene.checkpoints[-1].size), at=0)


@pytest.mark.parametrize(
    ("selection", "withheld"),
    [
        (Positions(5, 4), Withholding()),
        (Directives(()), Withholding()),
        (Positions(7, 7), Withholding(positions=frozenset({7}))),
    ],
)
async def test_a_bundle_of_nothing_is_not_made(
    scene: Scene, selection: Positions | Directives, withheld: Withholding
) -> None:
    with pytest.raises(NothingSelected):
        await scene.bundle(selection, withheld)


async def test_a_record_that_was_cut_gives_none(scene: Scene) -> None:
    last = scene.checkpoints[-1]
    longer = type(last)(last.size + 1, last.root, last.note, last.made_at)
    with pytest.raises(NodeMissing):
        await make_bundle(scene.pool, Wish(Positions(1, 2)), longer, io.BytesIO())


def test_as_many_checkpoints_as_are_chosen_fit_with_two_receipts_each() -> None:
    key = SigningKey.generate(LOG)
    names = {*FILES, *LARGE}
    for size in range(1, MOST_CHECKPOINTS + 1):
        checkpoint = Checkpoint.sign(TreeHead(LOG, size, bytes(32)), key)
        names |= Statement(checkpoint, (("one", "MAA="), ("other", "a receipt"))).files.keys()
    assert len(names) == 9 + 3 * MOST_CHECKPOINTS
    assert Files(((name, 1) for name in names), lambda _: io.BytesIO()).names == names
