"""A bundle's files in memory, to be altered as somebody would who knows how bundles are made."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.log.tree import Frontier
from storage.envelope import leaf_hash, rfc8785

Changes = dict[str, bytes]


@dataclass(frozen=True)
class Unpacked:
    """The files by name."""

    files: dict[str, bytes]

    @classmethod
    def of(cls, packed: bytes) -> "Unpacked":
        """Of a zip."""
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest's fields."""
        fields: dict[str, Any] = json.loads(self.files["manifest.json"])
        return fields

    @property
    def events(self) -> list[bytes]:
        """The events, word for word."""
        return self.files["events.jsonl"].splitlines()

    @property
    def cover(self) -> list[bytes]:
        """The lines of the cover."""
        return self.files["cover.txt"].splitlines()

    @property
    def checkpoints(self) -> list[str]:
        """The names of its checkpoints, the smallest first."""
        names = [name for name in self.files if name.startswith("checkpoint-")]
        return sorted(names, key=lambda name: (len(name), name))

    def with_files(self, changes: Changes, *without: str, **manifest: Any) -> "Unpacked":
        """With other files, and a manifest that has their sums and the fields that are given."""
        files = {name: content for name, content in {**self.files, **changes}.items() if name not in without}
        if "manifest.json" in changes:
            return Unpacked(files)
        before = self.manifest
        sums = {name: sum_ for name, sum_ in before["files"].items() if name not in without}
        sums |= {name: hashlib.sha256(content).hexdigest() for name, content in changes.items()}
        return Unpacked({**files, "manifest.json": rfc8785({**before, "files": sums, **manifest})})

    def with_events(self, events: list[bytes], **manifest: Any) -> "Unpacked":
        """With other events, and sums and counts that agree with them."""
        before = self.manifest["counts"]
        streams = {json.loads(line)["stream_id"] for line in events} if "counts" not in manifest else set()
        counts = {**before, "events": len(events), "streams": len(streams)}
        told = f"{before['events']} {before['withheld']}".encode()
        tells = f"{len(events)} {before['withheld']}".encode()
        changes = {name: self.files[name].replace(told, tells) for name in ("report.html", "report.txt")}
        changes["events.jsonl"] = b"".join(line + b"\n" for line in events)
        return self.with_files(changes, **{"counts": counts, **manifest})

    def written(self, folder: Path) -> Path:
        """As a folder."""
        folder.mkdir(exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder

    def zipped(self, path: Path) -> Path:
        """As a zip."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)
        return path


def root_of(events: list[bytes]) -> bytes:
    """The root over these events and nothing else."""
    tree = Frontier()
    for line in events:
        tree.append(leaf_hash(line))
    return tree.root
