"""What is wrong with a bundle is found and told; none of it ends in a traceback, and none of it in an OK."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.bundle.selection import Positions
from audit.bundle.verify import verify
from audit.log.adoption import adoption
from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import SigningKey
from storage.envelope import rfc8785
from tests.audit.bundle.conftest import LOG, Scene
from tests.audit.bundle.refusing import refused
from tests.audit.bundle.unpacked import Unpacked, root_of

Alter = Callable[[Unpacked], Unpacked]


def event(b: Unpacked, place: int, **changes: Any) -> list[bytes]:
    """The events with one that says something else."""
    lines = b.events
    lines[place] = rfc8785({**json.loads(lines[place]), **changes})
    return lines


def swapped(lines: list[bytes], one: int, other: int) -> list[bytes]:
    lines[one], lines[other] = lines[other], lines[one]
    return lines


EVENTS: dict[str, tuple[Alter, str]] = {
    "an event altered": (lambda b: b.with_events(event(b, 3, type="Commented")), "khác gốc đã ký"),
    "an event left out": (lambda b: b.with_events(b.events[:4] + b.events[5:]), ""),
    "the first left out": (lambda b: b.with_events(b.events[1:]), ""),
    "the last left out": (lambda b: b.with_events(b.events[:-1]), ""),
    "an event twice": (lambda b: b.with_events([*b.events[:5], *b.events[4:]]), "nhảy|sau phiên bản"),
    "an event more": (lambda b: b.with_events([*b.events, b.events[-1]]), ""),
    "two swapped": (lambda b: b.with_events(swapped(b.events, 2, 3)), ""),
    "all reversed": (lambda b: b.with_events(b.events[::-1]), ""),
    "no events": (lambda b: b.with_events([]), ""),
    "another id": (lambda b: b.with_events(event(b, 3, event_id="0" * 36)), "phong bì"),
    "an id of another event": (
        lambda b: b.with_events(event(b, 3, event_id=json.loads(b.events[2])["event_id"])),
        "",
    ),
    "another version": (lambda b: b.with_events(event(b, 3, stream_version=77)), "vị trí"),
    "version zero": (lambda b: b.with_events(event(b, 3, stream_version=0)), "phong bì"),
    "a version that is true": (lambda b: b.with_events(event(b, 3, stream_version=True)), "phong bì"),
    "a schema of tomorrow": (lambda b: b.with_events(event(b, 3, schema=2)), "phong bì"),
    "a field more": (lambda b: b.with_events(event(b, 3, extra=1)), "không đúng mẫu"),
    "no instant": (lambda b: b.with_events(event(b, 3, recorded_at="2026-11-20T08:00:00Z")), "phong bì"),
    "back in time": (lambda b: b.with_events(event(b, -1, recorded_at="2000-01-01T00:00:00.000000Z")), "lùi lại"),
}


@pytest.mark.parametrize("case", EVENTS)
def test_other_events_are_refused(whole: Unpacked, tmp_path: Path, case: str) -> None:
    alter, word = EVENTS[case]
    verdict = verify(alter(whole).written(tmp_path / "b"))
    assert not verdict["ok"]
    assert any(part in verdict["reason"] for part in word.split("|")), verdict["reason"]


def first_number(line: bytes, other: bytes) -> bytes:
    return re.sub(rb'(?<=":)\d+', lambda _: other, line, count=1)


def spelled(line: bytes) -> dict[str, bytes]:
    """The same event in spellings that are not the one, and hostile JSON."""
    fields = json.loads(line)
    return {
        "spaces": json.dumps(fields, ensure_ascii=False, sort_keys=True).encode(),
        "another order": json.dumps(dict(reversed(fields.items())), ensure_ascii=False, separators=(",", ":")).encode(),
        "escaped": json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b" ",
        "a key more": b'{"":{},' + line[1:],
        "a key twice": line[:-1] + b"," + line[1:],
        "carriage return": line + b"\r",
        "an empty line": b"",
        "two lines": line + b"\n" + line,
        "cut": line[:-1],
        "no UTF-8": line.replace(b'"', b'"\xff', 1),
        "UTF-16": line.decode().encode("utf-16"),
        "half a surrogate": line.replace(b'":"', b'":"\\ud800', 1),
        "a surrogate in bytes": line.replace(b'":"', b'":"\xed\xa0\x80', 1),
        "NaN": first_number(line, b"NaN"),
        "infinity": first_number(line, b"-Infinity"),
        "a fraction": first_number(line, b"1.0"),
        "an exponent": first_number(line, b"1e0"),
        "minus zero": first_number(line, b"-0"),
        "a huge number": first_number(line, b"9" * 5000),
        "deep": b"[" * 100_000 + b"]" * 100_000,
        "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "a list": b"[]",
        "a string": b'"event"',
        "null": b"null",
    }


@pytest.mark.parametrize("case", spelled(b'{"a":1,"b":""}'))
@pytest.mark.parametrize("file", ["events.jsonl", "withheld.jsonl"])
def test_json_in_any_other_spelling_is_refused(ranged: Unpacked, tmp_path: Path, case: str, file: str) -> None:
    lines = ranged.files[file].split(b"\n")
    lines[1] = spelled(lines[1])[case]
    altered = ranged.with_files({file: b"\n".join(lines)})
    assert altered.files != ranged.files
    assert not verify(altered.written(tmp_path / "b"))["ok"]


@pytest.mark.parametrize("case", ["deep", "a key more", "a key twice", "spaces", "no UTF-8", "null", "a list"])
@pytest.mark.parametrize("file", ["manifest.json", "keys.json"])
def test_documents_in_any_other_spelling_are_refused(whole: Unpacked, tmp_path: Path, case: str, file: str) -> None:
    altered = whole.with_files({file: spelled(whole.files[file])[case]})
    assert altered.files != whole.files
    assert not verify(altered.written(tmp_path / "b"))["ok"]


def cover(b: Unpacked, place: int, change: Callable[[list[bytes]], list[bytes]]) -> Unpacked:
    lines = b.cover
    lines[place] = b" ".join(change(lines[place].split(b" ")))
    return b.with_files({"cover.txt": b"".join(line + b"\n" for line in lines)})


def hidden(b: Unpacked, place: int, **changes: Any) -> Unpacked:
    lines = b.files["withheld.jsonl"].splitlines()
    lines[place] = rfc8785({**json.loads(lines[place]), **changes})
    return b.with_files({"withheld.jsonl": b"".join(line + b"\n" for line in lines)})


PARTS: dict[str, tuple[Alter, str]] = {
    "another hash": (lambda b: cover(b, 1, lambda p: [*p[:2], b"0" * 64]), "khác gốc đã ký"),
    "another first position": (
        lambda b: cover(b, 1, lambda p: [str(int(p[0]) + 1).encode(), *p[1:]]),
        "sau phiên bản",
    ),
    "another number of leaves": (lambda b: cover(b, 0, lambda p: [p[0], b"4", p[2]]), ""),
    "three leaves": (lambda b: cover(b, 0, lambda p: [p[0], b"3", p[2]]), "không khớp cây"),
    "a short hash": (lambda b: cover(b, 0, lambda p: [*p[:2], p[2][:-2]]), "không khớp cây"),
    "a subtree out of place": (lambda b: cover(b, 0, lambda p: [b"2", b"8", p[2]]), ""),
    "a subtree less": (lambda b: b.with_files({"cover.txt": b"\n".join(b.cover[1:]) + b"\n"}), ""),
    "the cover twice": (lambda b: b.with_files({"cover.txt": 2 * b.files["cover.txt"]}), "không khớp cây"),
    "no cover": (lambda b: b.with_files({"cover.txt": b""}), ""),
    "cut within a line": (lambda b: b.with_files({"cover.txt": b.files["cover.txt"][:-10]}), "cắt giữa dòng"),
    "withheld elsewhere": (lambda b: hidden(b, 0, position=1), ""),
    "withheld without end": (lambda b: hidden(b, 0, position=10**30), ""),
    "withheld of another stream": (lambda b: hidden(b, 0, stream_id=json.loads(b.events[0])["stream_id"]), ""),
    "withheld version": (lambda b: hidden(b, 0, stream_version=99), ""),
    "withheld with a word for a version": (lambda b: hidden(b, 0, stream_version="5"), ""),
    "nothing withheld": (lambda b: b.with_files({"withheld.jsonl": b""}), ""),
    "no selection": (lambda b: b.with_files({}, selection={}), "theo mẫu lạ"),
    "two selections": (lambda b: b.with_files({}, selection={"from": 1, "to": 9, "units": []}), "theo mẫu lạ"),
    "a larger range": (lambda b: b.with_files({}, selection={"from": 8, "to": 33}), "thiếu sự kiện"),
    "a smaller range": (lambda b: b.with_files({}, selection={"from": 9, "to": 32}), "ngoài phạm vi"),
    "other streams": (lambda b: b.with_files({}, selection={"streams": ["0" * 36]}), "ngoài phạm vi"),
    "another format": (lambda b: b.with_files({}, format="dondoc-bundle/v2"), "theo mẫu lạ"),
    "another origin": (lambda b: b.with_files({}, origin="other.example"), "nhật ký khác"),
    "another size": (lambda b: b.with_files({}, tree_size=b.manifest["tree_size"] + 1), "counts or report differ"),
    "other counts": (lambda b: b.with_files({}, counts={"events": 1, "withheld": 0, "streams": 1}), "counts or report"),
    "no checkpoint": (lambda b: b.with_files({}, *b.checkpoints), ""),
    "the last checkpoint taken away": (lambda b: b.with_files({}, b.checkpoints[-1]), ""),
    "a checkpoint under another name": (
        lambda b: b.with_files({"checkpoint-7.txt": b.files[b.checkpoints[0]]}),
        "mang tên khác",
    ),
    "no keys": (lambda b: b.with_files({"keys.json": rfc8785({"statements": [], "witnesses": []})}), "đáng tin"),
    "the report of another": (lambda b: b.with_files({"report.html": b"<p>all is well</p>"}), "counts or report"),
    "a file more": (lambda b: b.with_files({"more.txt": b"?"}), "tệp thừa"),
    "a file less": (lambda b: b.with_files({}, "README.md"), "thiếu tệp"),
    "a file that the manifest does not know": (
        lambda b: Unpacked({**b.files, "receipt-9-9.txt": b"?"}),
        "theo mẫu lạ, hoặc nêu các tệp khác",
    ),
    "a file too large": (lambda b: b.with_files({"README.md": b" " * (2**20 + 1)}), "lớn quá"),
    "a line too long": (lambda b: b.with_files({"cover.txt": b" " * (9 * 2**20)}), "dòng quá dài"),
}


@pytest.mark.parametrize("case", PARTS)
def test_other_parts_are_refused(ranged: Unpacked, tmp_path: Path, case: str) -> None:
    alter, word = PARTS[case]
    verdict = verify(alter(ranged).written(tmp_path / "b"))
    assert not verdict["ok"]
    assert word in verdict["reason"]


FILES = [
    "README.md",
    "verify.py",
    "keys.json",
    "report.html",
    "report.txt",
    "events.jsonl",
    "cover.txt",
    "withheld.jsonl",
]


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_another_sum_is_refused(ranged: Unpacked, tmp_path: Path, name: str) -> None:
    before, after = ("bí mật".encode(), "bí mat".encode()) if name == "withheld.jsonl" else (b"a", b"b")
    altered = Unpacked({**ranged.files, name: ranged.files[name].replace(before, after, 1)})
    assert altered.files != ranged.files
    verdict = verify(altered.written(tmp_path / "b"))
    assert not verdict["ok"]
    if name in ("README.md", "verify.py", "report.html", "report.txt", "withheld.jsonl"):
        assert "không khớp tổng SHA-256" in verdict["reason"], "nothing else would find it"


def resigned(b: Unpacked, events: list[bytes], key: SigningKey) -> Unpacked:
    """The whole record written anew by somebody with a key of their own under the log's name."""
    root = root_of(events)
    checkpoint = Checkpoint.sign(TreeHead(LOG, len(events), root), key)
    keys = rfc8785({"statements": [str(adoption(key))], "witnesses": []})
    told = f"{len(events)} {base64.b64encode(root).decode()} {len(events)} 0".encode()
    counts = {"events": len(events), "withheld": 0, "streams": len({json.loads(e)["stream_id"] for e in events})}
    changes = {
        "events.jsonl": b"".join(line + b"\n" for line in events),
        f"checkpoint-{len(events)}.txt": str(checkpoint.note).encode(),
        "keys.json": keys,
        "report.html": told,
        "report.txt": told,
    }
    others = [name for name in b.files if name.startswith(("checkpoint-", "receipt-")) and name not in changes]
    selection = {"from": 1, "to": len(events)}
    return b.with_files(changes, *others, counts=counts, tree_size=len(events), selection=selection)


def test_a_record_signed_anew_is_refused_by_whoever_knows_the_key(
    whole: Unpacked, scene: Scene, tmp_path: Path
) -> None:
    other = SigningKey.generate(LOG)
    forged = resigned(whole, event(whole, 3, type="ProgressReported"), other).written(tmp_path / "b")
    for key in scene.keys:
        refused(forged, "không do khoá đáng tin ký", keys=[str(key.verifying)])
    verdict = verify(forged)
    assert verdict["ok"], "without a key from elsewhere nobody can tell"
    assert "compare it with the published one" in verdict["trust"]
    assert verdict["key"] == f"{LOG}+{other.verifying.id}"


def test_a_shrunken_tree_has_no_signed_root(whole: Unpacked, tmp_path: Path) -> None:
    events, last = whole.events[:-2], whole.checkpoints[-1]
    renamed = {f"checkpoint-{len(events)}.txt": whole.files[last]}
    refused(whole.with_files(renamed, last).written(tmp_path / "a"), "mang tên khác")
    size = whole.manifest["tree_size"]
    cut = whole.files[last].replace(f"\n{size}\n".encode(), f"\n{len(events)}\n".encode())
    refused(whole.with_files({f"checkpoint-{len(events)}.txt": cut}, last).written(tmp_path / "b"), "chữ ký")


def test_a_checkpoint_of_another_log_is_refused(whole: Unpacked, scene: Scene, tmp_path: Path) -> None:
    other = SigningKey.generate("other.example")
    root = scene.checkpoints[-1].root
    note = str(Checkpoint.sign(TreeHead("other.example", whole.manifest["tree_size"], root), other).note).encode()
    refused(whole.with_files({whole.checkpoints[-1]: note}).written(tmp_path / "b"), "nhật ký khác")


def test_a_foreign_bundle_is_refused_by_its_key(whole: Unpacked, tmp_path: Path) -> None:
    other = SigningKey.generate("other.example")
    refused(whole.written(tmp_path / "b"), "không do khoá đáng tin ký", keys=[str(other.verifying)])


@pytest.mark.parametrize("key", ["", "\n", "none", "a+b+c", "nhatky.example+00000000+AQ==", "x" * 10_000])
def test_what_is_no_key_is_refused(whole: Unpacked, tmp_path: Path, key: str) -> None:
    refused(whole.written(tmp_path / "b"), "không phải khoá", keys=[key])


def test_a_witness_is_no_log_and_a_log_no_witness(whole: Unpacked, scene: Scene, tmp_path: Path) -> None:
    place = whole.written(tmp_path / "b")
    refused(place, "không phải khoá", keys=[str(scene.witness.verifying)])
    assert not verify(place, [], [str(scene.keys[0].verifying)])["ok"]


def test_a_witness_that_has_not_cosigned_is_missed(whole: Unpacked, tmp_path: Path) -> None:
    stranger = SigningKey.generate("nhan-chung.example", 4)
    verdict = verify(whole.written(tmp_path / "b"), [], [str(stranger.verifying)])
    assert "chưa cùng ký" in verdict["reason"]


async def test_a_witness_that_signed_less_than_is_disclosed_is_not_enough(scene: Scene, tmp_path: Path) -> None:
    witness, signed = scene.witness.verifying, scene.checkpoints[0].size
    for last, enough in ((signed, True), (signed + 1, False)):
        place = Unpacked.of((await scene.bundle(Positions(2, last)))[1]).written(tmp_path / str(last))
        assert verify(place)["ok"]
        verdict = verify(place, [], [str(witness)])
        told = f"nhân chứng {witness.name}+{witness.id} chỉ ký đến {signed}, hồ sơ có sự kiện đến {last} · the witness"
        assert verdict["ok"] if enough else told in verdict["reason"], verdict


def test_a_false_cosignature_is_refused(whole: Unpacked, tmp_path: Path) -> None:
    name = whole.checkpoints[0]
    lines = whole.files[name].splitlines(keepends=True)
    head, _, encoded = lines[-1].rpartition(b" ")
    value = bytearray(base64.b64decode(encoded))
    value[8] ^= 1  # a second of another time
    lines[-1] = head + b" " + base64.b64encode(value) + b"\n"
    refused(whole.with_files({name: b"".join(lines)}).written(tmp_path / "b"), "chữ ký của nhan-chung.example")


def test_two_names_for_one_checkpoint_do_not_mix(whole: Unpacked, tmp_path: Path) -> None:
    """Otherwise one could lend its signature and the other its root."""
    name = whole.checkpoints[-1]
    altered = whole.with_files({name.replace("-", "-0"): whole.files[name]})
    refused(altered.written(tmp_path / "b"), "tệp thừa")


def test_the_second_key_alone_is_enough(whole: Unpacked, scene: Scene, tmp_path: Path) -> None:
    place, key = whole.written(tmp_path / "b"), str(scene.keys[1].verifying)
    assert verify(place, [key])["ok"]
    published = f"{SigningKey.generate(LOG).verifying}\n{key}\n"
    assert verify(place, [published])["ok"], "the keys of a log.pub, all at once"


def test_a_key_that_nobody_vouches_for_is_not_trusted(whole: Unpacked, scene: Scene, tmp_path: Path) -> None:
    first, second = scene.keys
    statements = {"statements": [str(adoption(first)), str(adoption(second))], "witnesses": []}
    altered = whole.with_files({"keys.json": rfc8785(statements)}).written(tmp_path / "b")
    refused(altered, "không do khoá đáng tin ký", keys=[str(first.verifying)])
