"""Random tampering with bundles, by somebody who sums the files anew: what changes the meaning is never an OK.

A sample runs with the suite; `make tamper-bundle` runs more.
"""

import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.bundle import verify as verifier
from audit.bundle.verify import Files, verify
from storage.envelope import leaf_hash, rfc8785
from tests.audit.bundle.conftest import Scene
from tests.audit.bundle.unpacked import Unpacked

ROUNDS = int(os.environ.get("DONDOC_BUNDLE_TAMPERINGS", "120"))
"""Of each kind of tampering."""
Draw = random.Random
Tampering = Callable[[Unpacked, Draw], Unpacked]


def bytes_of_any_file(b: Unpacked, draw: Draw) -> Unpacked:
    """Without new sums."""
    name = draw.choice([name for name, content in b.files.items() if content])
    return Unpacked({**b.files, name: _noise(b.files[name], draw)})


def bytes_of_events(b: Unpacked, draw: Draw) -> Unpacked:
    return b.with_files({"events.jsonl": _noise(b.files["events.jsonl"], draw)})


def bytes_of_the_cover(b: Unpacked, draw: Draw) -> Unpacked:
    return b.with_files({"cover.txt": _noise(b.files["cover.txt"], draw)})


def bytes_of_the_last_checkpoint(b: Unpacked, draw: Draw) -> Unpacked:
    name = b.checkpoints[-1]
    return b.with_files({name: _noise(b.files[name], draw)})


def bytes_of_the_manifest(b: Unpacked, draw: Draw) -> Unpacked:
    return b.with_files({"manifest.json": _noise(b.files["manifest.json"], draw)})


def a_number_of_the_manifest(b: Unpacked, draw: Draw) -> Unpacked:
    fields = b.manifest
    place = draw.choice([fields, fields["counts"], fields["selection"]])
    name = draw.choice([name for name, value in place.items() if isinstance(value, int)] or ["tree_size"])
    (place if name in place else fields)[name] += draw.choice((-1, 1, 1000))
    return b.with_files({}, **fields)


def text_in_an_event(b: Unpacked, draw: Draw) -> Unpacked:
    """A text or number deep within an event, written in canonical form."""
    lines, place = b.events, draw.randrange(len(b.events))
    fields = json.loads(lines[place])
    _alter(fields, draw)
    lines[place] = rfc8785(fields)
    return b.with_events(lines)


def an_event_dropped(b: Unpacked, draw: Draw) -> Unpacked:
    lines = b.events
    del lines[draw.randrange(len(lines))]
    return b.with_events(lines)


def an_event_repeated(b: Unpacked, draw: Draw) -> Unpacked:
    lines = b.events
    lines.insert(draw.randrange(len(lines)), draw.choice(lines))
    return b.with_events(lines)


def events_swapped(b: Unpacked, draw: Draw) -> Unpacked:
    lines = b.events
    one, other = draw.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b.with_events(lines)


def an_event_hidden(b: Unpacked, draw: Draw) -> Unpacked:
    """One event is there as a hash only, and nothing says that it is withheld."""
    lines, places = b.events, _positions(b)
    place = draw.randrange(len(lines))
    line, position = lines.pop(place), places[place]
    cover = [*b.cover, b"%d 1 %s" % (position, leaf_hash(line).hex().encode())]
    cover.sort(key=lambda one: int(one.split()[0]))
    hidden = b.with_events(lines)
    return hidden.with_files({"cover.txt": b"".join(one + b"\n" for one in cover)})


def the_cover_in_another_order(b: Unpacked, draw: Draw) -> Unpacked:
    lines = b.cover
    draw.shuffle(lines)
    return b.with_files({"cover.txt": b"".join(line + b"\n" for line in lines)})


def a_line_of_the_cover_dropped(b: Unpacked, draw: Draw) -> Unpacked:
    lines = b.cover
    del lines[draw.randrange(len(lines))]
    return b.with_files({"cover.txt": b"".join(line + b"\n" for line in lines)})


def where_something_is_withheld(b: Unpacked, draw: Draw) -> Unpacked:
    lines = [json.loads(line) for line in b.files["withheld.jsonl"].splitlines()]
    line = draw.choice(lines)
    line["position"] += draw.choice((-1, 1, 7))
    return b.with_files({"withheld.jsonl": b"".join(rfc8785(one) + b"\n" for one in lines)})


def what_is_withheld(b: Unpacked, draw: Draw) -> Unpacked:
    lines = [json.loads(line) for line in b.files["withheld.jsonl"].splitlines()]
    draw.choice(lines)["stream_version"] += draw.choice((-2, -1, 1, 2))
    return b.with_files({"withheld.jsonl": b"".join(rfc8785(one) + b"\n" for one in lines)})


def a_file_gone(b: Unpacked, draw: Draw) -> Unpacked:
    names = [name for name in b.files if name not in (*b.checkpoints[:-1], "manifest.json") and "receipt" not in name]
    return b.with_files({}, draw.choice(names))


def cut_anywhere(b: Unpacked, draw: Draw) -> Unpacked:
    name = draw.choice(
        [name for name in ("events.jsonl", "cover.txt", "keys.json", b.checkpoints[-1]) if b.files[name]]
    )
    return b.with_files({name: b.files[name][: draw.randrange(len(b.files[name]))]})


TAMPERINGS: list[Tampering] = [
    bytes_of_any_file,
    bytes_of_events,
    bytes_of_the_cover,
    bytes_of_the_last_checkpoint,
    bytes_of_the_manifest,
    a_number_of_the_manifest,
    text_in_an_event,
    an_event_dropped,
    an_event_repeated,
    events_swapped,
    an_event_hidden,
    the_cover_in_another_order,
    a_line_of_the_cover_dropped,
    where_something_is_withheld,
    what_is_withheld,
    a_file_gone,
    cut_anywhere,
]


@pytest.fixture
def judged(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Callable[[Unpacked], dict[str, Any]]:
    """What verify.py says of files that lie in memory: writing each bundle to the disk would take longer than all else."""

    def verdict(b: Unpacked) -> dict[str, Any]:
        sizes = ((name, len(content)) for name, content in b.files.items())
        with monkeypatch.context() as patch:
            patch.setattr(verifier, "in_folder", lambda _: Files(sizes, lambda name: io.BytesIO(b.files[name])))
            return verify(Path(), [str(scene.keys[0].verifying)])

    return verdict


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
def test_whatever_is_done_to_a_bundle_is_found(
    ranged: Unpacked, judged: Callable[[Unpacked], dict[str, Any]], tampering: Tampering
) -> None:
    clean = judged(ranged)
    assert clean["ok"], clean
    for number in range(ROUNDS):
        altered = tampering(ranged, random.Random(f"{tampering.__name__} {number}"))
        verdict = judged(altered)
        same = verdict == clean and not _differs(ranged, altered)
        assert not verdict["ok"] or same, f"{tampering.__name__}, round {number}: {verdict}"
        assert same or verdict["reason"], "a refusal says why"


def test_bytes_of_the_zip_change_nothing_unseen(ranged: Unpacked, scene: Scene, tmp_path: Path) -> None:
    """A zip has bytes without meaning, like times: then the verdict is the same in every word."""
    key, place = [str(scene.keys[0].verifying)], ranged.zipped(tmp_path / "b.zip")
    clean, content = verify(place, key), place.read_bytes()
    for number in range(ROUNDS):
        place.write_bytes(_noise(content, random.Random(number)))
        verdict = verify(place, key)
        assert not verdict["ok"] or verdict == clean


def _differs(before: Unpacked, after: Unpacked) -> bool:
    """Whether what is proven is not the same. Bits that base64 leaves unused, spaces in a line of the cover mean nothing."""
    return any(_meaning(before, name) != _meaning(after, name) for name in ("events.jsonl", "cover.txt"))


def _meaning(b: Unpacked, name: str) -> Any:
    content = b.files[name]
    return (
        [(int(f), int(n), h.lower()) for f, n, h in (line.split(b" ") for line in content.splitlines())]
        if (name == "cover.txt")
        else content
    )


def _noise(content: bytes, draw: Draw) -> bytes:
    """Some bytes altered, put in, taken out or moved."""
    changed, place = bytearray(content), draw.randrange(len(content))
    match draw.randrange(5):
        case 0:
            changed[place] ^= 1 << draw.randrange(8)
        case 1:
            changed[place:place] = draw.randbytes(draw.randint(1, 4))
        case 2:
            del changed[place : place + draw.randint(1, 40)]
        case 3:
            changed[place] = draw.choice([byte for byte in range(256) if byte != changed[place]])
        case _:
            end = place + draw.randint(1, 60)
            changed[place:end] = changed[place:end] * 2
    return bytes(changed)


def _alter(fields: Any, draw: Draw) -> None:
    inner = [name for name, value in fields.items() if isinstance(value, dict) and value]
    if inner and draw.random() < 0.6:
        _alter(fields[draw.choice(inner)], draw)
        return
    name = draw.choice(list(fields))
    value = fields[name]
    fields[name] = value + 1 if isinstance(value, int) else f"{value}!" if isinstance(value, str) else "another"


def _positions(b: Unpacked) -> list[int]:
    covered = {p for f, n, _ in (line.split() for line in b.cover) for p in range(int(f), int(f) + int(n))}
    return [position for position in range(1, b.manifest["tree_size"] + 1) if position not in covered]
