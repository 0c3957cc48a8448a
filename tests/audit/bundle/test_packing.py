"""Files, folders and zips that are no bundle, or would lead elsewhere, are refused with the reason."""

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.bundle import verify as verifier
from audit.bundle.verify import facts, facts_of, verify
from tests.audit.bundle.refusing import refused
from tests.audit.bundle.unpacked import Unpacked


def test_links_and_folders_are_not_followed(whole: Unpacked, tmp_path: Path) -> None:
    place = whole.written(tmp_path / "b")
    outside = tmp_path / "events.jsonl"
    outside.write_bytes(whole.files["events.jsonl"])
    (place / "events.jsonl").unlink()
    (place / "events.jsonl").symlink_to(outside)
    refused(place, "liên kết hoặc thư mục")
    (place / "events.jsonl").unlink()
    (place / "events.jsonl").mkdir()
    refused(place, "liên kết hoặc thư mục")
    (place / "events.jsonl").rmdir()
    os.mkfifo(place / "events.jsonl")
    refused(place, "liên kết hoặc thư mục")


@pytest.mark.parametrize("what", ["nowhere", "empty folder", "empty file", "text", "zip of nothing"])
def test_what_is_no_bundle_is_refused(tmp_path: Path, what: str) -> None:
    place = tmp_path / "b"
    match what:
        case "empty folder":
            place.mkdir()
        case "empty file":
            place.touch()
        case "text":
            place.write_text("hồ sơ", encoding="utf-8")
        case "zip of nothing":
            zipfile.ZipFile(place, "w").close()
    assert not verify(place)["ok"]


@pytest.mark.parametrize(
    "name", ["../verify.py", "/etc/passwd", "b/events.jsonl", "b\\events.jsonl", "con", "events.jsonl/"]
)
def test_names_that_lead_elsewhere_are_refused(whole: Unpacked, tmp_path: Path, name: str) -> None:
    altered = Unpacked({**whole.files, name: b"?"})
    refused(altered.zipped(tmp_path / "b.zip"), "")


def rewritten(whole: Unpacked, path: Path, alter: Callable[[zipfile.ZipInfo], None]) -> Path:
    """A zip whose entry of events is other than usual."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == "events.jsonl":
                alter(info)
            archive.writestr(info, content)
    return path


def test_a_link_in_a_zip_is_refused(whole: Unpacked, tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.create_system, info.external_attr = 3, 0o120777 << 16

    refused(rewritten(whole, tmp_path / "b.zip", link), "không phải tệp thường")


def test_an_unusual_packing_is_refused(whole: Unpacked, tmp_path: Path) -> None:
    def packed(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_BZIP2

    refused(rewritten(whole, tmp_path / "b.zip", packed), "không phải tệp thường")


def test_an_encrypted_entry_is_refused(whole: Unpacked, tmp_path: Path) -> None:
    place = whole.zipped(tmp_path / "b.zip")
    content = bytearray(place.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    place.write_bytes(content)
    refused(place, "mã hoá")


def test_a_file_twice_is_refused(whole: Unpacked, tmp_path: Path) -> None:
    place = whole.zipped(tmp_path / "b.zip")
    with zipfile.ZipFile(place, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("events.jsonl", whole.files["events.jsonl"])
    refused(place, "tệp thừa")


def test_a_bomb_is_refused_before_it_is_unpacked(whole: Unpacked, tmp_path: Path) -> None:
    bomb = Unpacked({**whole.files, "events.jsonl": b"\n" * (64 * 2**20)})
    refused(bomb.zipped(tmp_path / "b.zip"), "bung ra quá 300 lần")


def test_a_size_that_is_a_lie_is_found(whole: Unpacked, tmp_path: Path) -> None:
    place = whole.zipped(tmp_path / "b.zip")
    content = bytearray(place.read_bytes())
    entry = content.index(b"events.jsonl", content.index(b"PK\1\2"))
    (size,) = struct.unpack_from("<L", content, entry - 46 + 24)
    struct.pack_into("<L", content, entry - 46 + 24, size - 100)
    place.write_bytes(content)
    assert not verify(place)["ok"]


@pytest.mark.parametrize("where", ["before", "after", "comment"])
def test_bytes_around_the_zip_are_refused(whole: Unpacked, tmp_path: Path, where: str) -> None:
    place = whole.zipped(tmp_path / "b.zip")
    content = place.read_bytes()
    if where == "comment":
        with zipfile.ZipFile(place, "a") as archive:
            archive.comment = b"?"
    else:
        place.write_bytes(b"MZ" + content if where == "before" else content + b"?")
    refused(place, "bị thêm")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_zip_cut_short_is_refused(whole: Unpacked, tmp_path: Path, share: float) -> None:
    place = whole.zipped(tmp_path / "b.zip")
    content = place.read_bytes()
    place.write_bytes(content[: int(len(content) * share)])
    refused(place, "bị cắt")


def test_what_was_not_foreseen_is_refused_too(whole: Unpacked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(verifier.Record, "add", broken)
    verdict = verify(whole.written(tmp_path / "b"))
    assert (verdict["ok"], "MemoryError" in verdict["reason"]) == (False, True)


def test_many_events_are_read_by_several_processes_alike(whole: Unpacked) -> None:
    block = whole.files["events.jsonl"].removesuffix(b"\n")
    assert list(facts(iter([block] * 40))) == facts_of(block) * 40
