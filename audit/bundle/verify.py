"""Kiểm tra hồ sơ trích từ nhật ký Đôn Đốc, không cần mạng · verify a bundle taken from the record of Đôn Đốc, offline.

    python -I verify.py FOLDER_OR_ZIP [--key KEY ...] [--witness KEY ...] [--json]

Needs Python 3.11 and `cryptography`; reads only the bundle. Exit code: 0 all holds; 1 it does not, with the first reason; 2 usage.

How it proves. Every event of the record is a leaf of a Merkle tree (RFC 9162, section 2.1), in order of position. A checkpoint is
the tree's size and root, signed by the log (C2SP tlog-checkpoint). A bundle holds some events word for word (events.jsonl) and, for
all others, hashes of the complete subtrees that they fill (cover.txt). From left to right both give a root at the size of every
checkpoint, and it must be the signed one: an event that was altered, added, left out or moved gives another.
"""

import argparse
import base64
import json
import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MIB = 1 << 20
FILES = {"README.md": 1, "verify.py": 1, "manifest.json": 4, "keys.json": 4, "report.html": 64, "report.txt": 64}
LARGE = {"events.jsonl": 8192, "cover.txt": 8192, "withheld.jsonl": 1024}
"""The files that every bundle has, and how many MiB each may hold; the large ones are never held in memory."""
MORE_FILES = re.compile(r"checkpoint-[1-9][0-9]{0,15}\.txt|receipt-[1-9][0-9]{0,15}-[0-9]{1,3}\.(tsr|txt)")
MOST_FILES, MOST_ZIP, MOST_RATIO, MOST_LINE = 400, 2047 * MIB, 300, 8 * MIB
MANIFEST = ("counts", "files", "format", "origin", "selection", "tree_size", "withholding")
WITHHELD = ("position", "reason", "stream_id", "stream_version")
TEXTS = ("event_id", "stream_id", "command_id", "occurred_at", "recorded_at")
KINDS = {**dict.fromkeys((*TEXTS, "type"), str), "schema": int, "stream_version": int, "actor": dict, "data": dict}
ENVELOPE = dict(sorted(KINDS.items()))  # canonical JSON has its members in this order
UUID, INSTANT = "-".join(f"[0-9a-f]{{{n}}}" for n in (8, 4, 4, 4, 12)), r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
IDS_AND_TIMES = re.compile(f"{UUID} {UUID} {UUID} {INSTANT} {INSTANT}", re.ASCII)
LOG, WITNESS = 1, 4  # a key's algorithm byte: plain signatures, or cosignatures with a time (C2SP tlog-cosignature)
PROVEN = """ĐẠT · OK
  Nhật ký · log: {origin}
  Chứng minh tới vị trí · proven up to position: {size}, gốc · root {root}
  Khoá đã ký · signed by the key: {key}{trust}
  Nhân chứng cùng ký, đến vị trí nào · cosigned by witnesses, up to which position: {cosigned}
  Sự kiện · events: {counts[events]}, không công bố · withheld: {counts[withheld]}, lịch sử · histories: {counts[streams]}
  Điều không được chứng minh · what is not proven: README.md
"""
KEY_INSIDE = " (khoá lấy từ hồ sơ · key from the bundle)"
UNTRUSTED = """ (lấy từ chính hồ sơ: người lập hồ sơ có thể đã tự tạo khoá này; hãy so với khoá đã công bố rồi chạy lại với --key
  · the bundle's own, and whoever made the bundle could have made it: compare it with the published one and give that with --key)"""


class Refused(Exception):
    """Why the bundle proves nothing, Vietnamese first."""


def require(holds: object, reason: str) -> None:
    """Refuse the bundle unless this holds."""
    if not holds:
        raise Refused(reason)


# ---- The files, in a folder or a zip: those that belong there and no others, each with the sum that the manifest names ----
class Files:
    """The files of a bundle by name."""

    def __init__(self, sizes: Iterable[tuple[str, int]], opened: Callable[[str], IO[bytes]]) -> None:
        self.sums: dict[str, str] = {}
        self.names: set[str] = set()
        self._opened = opened
        for name, size in sizes:
            most = {**FILES, **LARGE}.get(name, 1 if MORE_FILES.fullmatch(name) else 0) * MIB
            belongs = most and name not in self.names and len(self.names) < MOST_FILES
            require(belongs, f"có tệp thừa: {name!r} · a file that does not belong here, or is there twice")
            require(size <= most, f"{name} lớn quá {most // MIB} MiB · the file is too large")
            self.names.add(name)
        missing = {*FILES, *LARGE} - self.names
        require(not missing, f"thiếu tệp {', '.join(sorted(missing))} · files are missing")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content piece by piece; after the last one it is sure to have the sum that is written."""
        total = sha256()
        with self._opened(name) as file:
            for piece in iter(lambda: file.read(MIB), b""):
                total.update(piece)
                yield piece
        same = self.sums.get(name, total.hexdigest()) == total.hexdigest()  # the manifest alone does not name itself
        require(same, f"{name} không khớp tổng SHA-256 trong manifest.json · the file has another sum than is written")

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content in pieces of whole lines, without the line end at the end of each."""
        rest = b""
        for piece in self.pieces(name):
            whole, ended, rest = (rest + piece).rpartition(b"\n")
            require(len(rest) <= MOST_LINE, f"{name}: một dòng quá dài · a line is too long")
            if ended:
                yield whole
        require(not rest, f"{name} bị cắt giữa dòng · the file breaks off within a line")

    def lines(self, name: str) -> Iterator[bytes]:
        """The content line by line."""
        return (line for block in self.blocks(name) for line in block.split(b"\n"))


def in_folder(folder: Path) -> Files:
    """The files of an unpacked bundle; no link is followed."""
    entries = list(islice(os.scandir(folder), MOST_FILES + 1))
    for entry in entries:
        require(entry.is_file(follow_symlinks=False), f"{entry.name!r} là liên kết hoặc thư mục · a link or a folder")
    return Files(((entry.name, entry.stat().st_size) for entry in entries), lambda name: (folder / name).open("rb"))


def in_zip(path: Path, held: ExitStack) -> Files:
    """The files of a zip. Nothing is unpacked to the disk, and no name, size or method is taken on trust."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 22, 0))
        mark, *_, length, start, comment = struct.unpack("<4s8x2LH", file.read(22).ljust(22, b"\0"))
    plain = mark == b"PK\5\6" and size <= MOST_ZIP and length <= MIB and not comment and start + length + 22 == size
    require(plain, "không phải zip của hồ sơ, hoặc bị cắt, bị thêm · not a bundle's zip, or cut short, or added to")
    archive = held.enter_context(zipfile.ZipFile(path))
    for entry in archive.infolist():
        plain = entry.external_attr >> 28 in (0, 8) and entry.orig_filename == entry.filename  # 8: a regular file
        plain = plain and not entry.flag_bits & 0x2061 and entry.compress_type in (0, zipfile.ZIP_DEFLATED)
        require(plain, f"{entry.filename!r} bị mã hoá hoặc không phải tệp thường · encrypted, or no plain file")
        fair = entry.file_size <= MOST_RATIO * entry.compress_size + MIB
        require(fair, f"{entry.filename!r} bung ra quá {MOST_RATIO} lần · it would unpack to far more than it is")
    return Files(((entry.filename, entry.file_size) for entry in archive.infolist()), archive.open)


# ---- JSON as it was written: a value has one spelling (RFC 8785), and any other is refused ----
DECODER = json.JSONDecoder(parse_float=int, parse_constant=int)  # of a fraction or NaN `int` says that it is none
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parsed(written: bytes, name: str, *members: str) -> Any:
    """The value of canonical JSON, with these members. Writing it again finds double keys, spaces and other spellings."""
    try:
        value, _ = DECODER.raw_decode(text := written.decode())
        same = ENCODER.encode(value) == text
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} không phải JSON đúng mẫu · not the JSON that is expected: {error!s:.200}") from None
    same = same and (not members or (type(value) is dict and tuple(value) == members))
    require(same, f"{name} không đúng mẫu hoặc không ở dạng chuẩn tắc · of another form, or not canonical (RFC 8785)")
    return value


# ---- Keys and signed notes ----
class Key(NamedTuple):
    """A public key, written as name+id+base64 (C2SP signed-note). The id is four bytes that tell keys of one name apart."""

    name: str
    id: bytes
    kind: int
    public: bytes
    shown: str

    @classmethod
    def parse(cls, text: str, kind: int) -> "Key":
        """The key, if it is one of this kind."""
        (name, _, rest), raw = text.strip().partition("+"), b""
        with suppress(ValueError):
            raw = base64.b64decode(rest.partition("+")[2], validate=True)
        key_id = sha256(name.encode() + b"\n" + raw).digest()[:4]
        good = len(raw) == 33 and raw[0] == kind and rest.startswith(f"{key_id.hex()}+")
        require(good, f"{text[:80]!r} không phải khoá công khai đúng loại · no public key of the kind that is wanted")
        return cls(name, key_id, kind, raw[1:], f"{name}+{key_id.hex()}")


class Note:
    """A text with signatures (C2SP signed-note)."""

    def __init__(self, written: str) -> None:
        self.text, found, below = written.rpartition("\n\n")
        self.text += "\n"
        lines = [re.fullmatch("\u2014 (\\S+) (\\S+)", line) for line in below.removesuffix("\n").split("\n")]
        self.signatures = [(line[1], base64.b64decode(line[2], validate=True)) for line in lines if line]
        good = found and below.endswith("\n") and len(lines) == len(self.signatures) <= 100
        require(good, "không phải văn bản có chữ ký đúng mẫu · not a signed note")

    def signed_at(self, key: Key) -> int | None:
        """The POSIX seconds of the key's signature, 0 for a plain one; None if it has not signed. A false one is refused."""
        for name, value in self.signatures:
            if name == key.name and value[:4] == key.id:
                seconds, message, signature = 0, self.text, value[4:]
                if key.kind == WITNESS:
                    seconds, signature = int.from_bytes(value[4:12]), value[12:]
                    message = f"cosignature/v1\ntime {seconds}\n{self.text}"
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message.encode())
                except InvalidSignature:
                    raise Refused(f"chữ ký của {key.shown} không đúng · the signature does not hold") from None
                return seconds
        return None


def trusted_keys(statements: list[str], given: Sequence[Key]) -> list[Key]:
    """The keys given, and those they lead to: a statement names a key, signed with it and the one before. None given: all."""
    trusted = list(given)
    for note in map(Note, statements):
        head, _, line = note.text.removesuffix("\n").partition("\n")
        key = Key.parse(line, LOG)
        own = head == "dondoc/log-key/v1" and note.signed_at(key) is not None
        require(own, f"văn bản về khoá {key.shown} không đúng mẫu hoặc không tự ký · not a key's own statement")
        if not given or any(note.signed_at(one) is not None for one in trusted):
            trusted.append(key)
    return trusted


# ---- The events and the tree ----
Fact = tuple[bytes, bytes, str, int, str]  # of an event: leaf, id, stream, version in the stream, when it was recorded


def facts_of(block: bytes) -> list[Fact | str]:
    """What counts of the events of some lines, up to the first line that is none: of that, in words, why."""
    found: list[Fact | str] = []
    for line in block.split(b"\n"):
        try:
            event = parsed(line, "sự kiện", *ENVELOPE)
            known = [*map(type, event.values())] == [*ENVELOPE.values()]
            known = known and event["schema"] == 1 and event["stream_version"] > 0
            known = known and bool(IDS_AND_TIMES.fullmatch(" ".join([event[name] for name in TEXTS])))
            require(known, "không phải phong bì sự kiện đúng mẫu · not an envelope of a known form")
        except Refused as error:
            return [*found, str(error)]
        leaf, event_id = sha256(b"\0" + line).digest(), bytes.fromhex(event["event_id"].replace("-", ""))
        found.append((leaf, event_id, event["stream_id"], event["stream_version"], event["recorded_at"]))
    return found


def facts(blocks: Iterator[bytes]) -> Iterator[Fact | str]:
    """The same of all blocks in order; by several processes where there are many, with two rounds of blocks under way."""
    few = list(islice(blocks, 16))
    blocks, ahead = chain(few, blocks), iter([list[Fact | str]()])
    with ExitStack() as held:
        spread: Callable[..., Iterator[list[Fact | str]]] = map
        if len(few) == 16 and (os.cpu_count() or 1) > 1:
            with suppress(OSError, NotImplementedError):  # a system without semaphores: this process does it all
                spread = held.enter_context(ProcessPoolExecutor(mp_context=get_context("spawn"))).map
        while batch := list(islice(blocks, 16)):
            ready, ahead = ahead, spread(facts_of, batch)
            yield from chain.from_iterable(ready)
        yield from chain.from_iterable(ahead)


class Record:
    """What has come by of the record, from left to right: the tree so far, and where each stream of the selection stands."""

    def __init__(self, selection: dict[str, Any], roots: dict[int, bytes]) -> None:
        self.size = self.disclosed = self.withheld = self.latest = 0
        self.ids: set[bytes] = set()
        self.streams: dict[str, tuple[int, str]] = {}
        self._peaks: list[tuple[int, bytes]] = []  # the largest complete subtrees: level and hash, at most one a level
        self._roots, self._end, self._selection = roots, max(roots), selection
        self._chosen = set(selection.get("streams", ()))
        self._first, self._last = selection.get("from", 1), selection.get("to", self._end)

    def add(self, level: int, digest: bytes) -> None:
        """The next 2**level leaves; where a checkpoint stands, the root must be the signed one."""
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            digest = sha256(b"\1" + self._peaks.pop()[1] + digest).digest()
            level += 1
        self._peaks.append((level, digest))
        if self.size in self._roots:
            for _, left in reversed(self._peaks[:-1]):
                digest = sha256(b"\1" + left + digest).digest()
            same = self._roots.pop(self.size) == digest
            require(same, f"gốc của {self.size} sự kiện đầu khác gốc đã ký · the root differs from the signed one")

    def step(self, stream: str, version: int, recorded: str) -> None:
        """An event of the selection is at the next position, disclosed or withheld (then its time is not known)."""
        position, (before, time) = self.size + 1, self.streams.get(stream, (0, ""))
        if not self._first <= position <= self._last or (self._chosen and stream not in self._chosen):
            raise Refused(f"vị trí {position} ngoài phạm vi đã khai · an event outside the selection")
        if not before and self._first > 1:
            before = version - 1  # a range may begin in the middle of a stream
        if version != before + 1 or version < 1:
            raise Refused(f"vị trí {position}: sau phiên bản {before} của {stream} là {version} · a gap in a stream")
        if recorded and recorded < time:
            raise Refused(f"vị trí {position}: thời điểm ghi lùi lại · recorded before the event before it")
        self.streams[stream] = (version, recorded or time)

    def disclose(self, events: Iterable[Fact | str]) -> None:
        """The next events, word for word."""
        for fact in events:
            if isinstance(fact, str):
                raise Refused(f"vị trí · position {self.size + 1}: {fact}")
            self.step(*fact[2:])
            self.ids.add(fact[1])
            self.add(0, fact[0])
            self.disclosed, self.latest = self.disclosed + 1, self.size

    def read(self, files: Files) -> None:
        """Go through the whole tree in order of positions: events, and between them the subtrees of the cover."""
        events = facts(files.blocks("events.jsonl"))
        hidden = (parsed(line, "withheld.jsonl", *WITHHELD) for line in files.lines("withheld.jsonl"))
        one = next(hidden, None)
        for line in files.lines("cover.txt"):
            first, leaves, digest = line.decode("ascii").split(" ")
            place, level = int(first), int(leaves).bit_length() - 1
            self.disclose(islice(events, max(place - 1 - self.size, 0)))
            fits = (place, int(leaves), len(digest)) == (self.size + 1, 1 << level, 64) and not self.size % (1 << level)
            require(fits, f"vị trí {self.size + 1}: cover.txt không khớp cây · the cover does not fit the tree")
            if one and one["position"] == place and level == 0:
                self.step(one["stream_id"], one["stream_version"], "")
                self.withheld += 1
                one = next(hidden, None)
            self.add(level, bytes.fromhex(digest))
        self.disclose(events)
        require(not one, "withheld.jsonl nêu vị trí không có băm riêng · a withheld event has no hash of its own")
        end = self.size == self._end and not self._roots
        require(end, f"có {self.size} lá, cây đã ký có {self._end} · leaves are missing or too many")
        require(len(self.ids) == self.disclosed > 0, "trùng mã sự kiện, hoặc không có sự kiện · ids twice, or no event")
        whole = "from" not in self._selection or self.disclosed + self.withheld == self._last - self._first + 1
        require(whole and self._chosen <= self.streams.keys(), "thiếu sự kiện đã khai · events are missing")


def verify(path: Path, keys: Sequence[str] = (), witnesses: Sequence[str] = ()) -> dict[str, Any]:
    """What the bundle proves, with `ok` true; or false, and the `reason`."""
    try:
        with ExitStack() as held:
            files = in_folder(path) if path.is_dir() else in_zip(path, held)
            return {"ok": True, **_verified(files, keys, witnesses)}
    except Refused as refused:
        reason = str(refused)
    except Exception as error:  # what was not foreseen is not proven either
        reason = f"không đọc được hồ sơ · the bundle cannot be read: {error!r:.200}"
    return {"ok": False, "reason": reason}


def _verified(files: Files, keys: Sequence[str], witness_keys: Sequence[str]) -> dict[str, Any]:
    given = [Key.parse(line, LOG) for text in keys for line in text.split() or [text]]  # log.pub holds one a line
    asked = [Key.parse(key, WITNESS) for key in witness_keys]
    manifest = parsed(b"".join(files.pieces("manifest.json")), "manifest.json", *MANIFEST)
    files.sums, origin, selection = manifest["files"], manifest["origin"], manifest["selection"]
    known = manifest["format"] == "dondoc-bundle/v1" and {*selection} in ({"from", "to"}, {"streams"}, {"units"})
    known = known and files.sums.keys() == files.names - {"manifest.json"}
    require(known, "manifest.json theo mẫu lạ, hoặc nêu các tệp khác · of an unknown form, or naming other files")
    small = {name: b"".join(files.pieces(name)) for name in files.names - LARGE.keys()}
    stated = parsed(small["keys.json"], "keys.json", "statements", "witnesses")
    trusted = trusted_keys(stated["statements"], given)
    witnesses = {Key.parse(key, WITNESS): KEY_INSIDE for key in stated["witnesses"]} | dict.fromkeys(asked, "")
    roots, signer, seen = dict[int, bytes](), dict[int, Key](), dict[Key, tuple[int, int]]()
    for name in sorted((name for name in small if name.startswith("checkpoint-")), key=lambda name: (len(name), name)):
        note = Note(small[name].decode())
        head, size, root = note.text.split("\n")[:3]
        require(head == origin, f"{name} là của nhật ký khác, {head!r:.99} · a checkpoint of another log")
        require(name == f"checkpoint-{size}.txt", f"{name} mang tên khác cỡ của nó · a checkpoint under another name")
        roots[int(size)] = base64.b64decode(root, validate=True)
        signer |= {int(size): key for key in trusted if key.name == origin and note.signed_at(key) is not None}
        seen |= {key: (int(size), at) for key in witnesses if (at := note.signed_at(key))}  # the largest comes last
    end, unseen = max(roots), [key.shown for key in asked if key not in seen]
    require(end in signer, f"điểm kiểm {end} không do khoá đáng tin ký · not signed by a key that is trusted")
    require(not unseen, f"{', '.join(unseen)} chưa cùng ký · this witness has cosigned no checkpoint here")
    record, root = Record(selection, roots), base64.b64encode(roots[end]).decode()
    record.read(files)
    short = [f"{key.shown} chỉ ký đến {seen[key][0]}" for key in asked if seen[key][0] < record.latest]
    require(not short, f"nhân chứng {', '.join(short)}, hồ sơ có sự kiện đến {record.latest} · the witness signed less")
    counts = {"events": record.disclosed, "withheld": record.withheld, "streams": len(record.streams)}
    summary = f"{end} {root} {record.disclosed} {record.withheld}".encode()
    right = manifest["counts"] == counts and manifest["tree_size"] == end and summary in small["report.html"]
    require(right and summary in small["report.txt"], "manifest.json hoặc báo cáo nói khác · counts or report differ")
    cosigned = {k.shown + witnesses[k]: f"{datetime.fromtimestamp(at, UTC)}, ≤ {n}" for k, (n, at) in seen.items()}
    about = {"origin": origin, "selection": selection, "counts": counts, "cosigned": cosigned}
    return {**about, "size": end, "root": root, "key": signer[end].shown, "trust": "" if given else UNTRUSTED}


def told(verdict: dict[str, Any]) -> str:
    """The verdict for people; what came from the bundle cannot play tricks on a terminal."""
    text = f"KHÔNG ĐẠT · REFUSED\n  {verdict.get('reason')}\n"
    if verdict["ok"]:
        text = PROVEN.format_map(verdict | {"cosigned": verdict["cosigned"] or "không có · none"})
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("bundle", type=Path, help="thư mục hoặc tệp zip · folder or zip")
    parser.add_argument("--key", action="append", default=[], help="khoá của nhật ký, lấy từ nơi khác · the log's key")
    parser.add_argument("--witness", action="append", default=[], help="nhân chứng phải có · a witness's key")
    parser.add_argument("--json", action="store_true", help="kết quả cho máy đọc · machine-readable")
    chosen = parser.parse_args()
    verdict = verify(chosen.bundle, chosen.key, chosen.witness)
    sys.stdout.buffer.write((json.dumps(verdict, indent=2) + "\n" if chosen.json else told(verdict)).encode())
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
