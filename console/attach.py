"""`dondoc attach` and `dondoc file`: files to a directive and back, through the API."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from console.client import Api, AsUser, Token, Url, signed_in
from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, USAGE, Data, Json, fail, out, print_json, run
from console.look import Reference
from console.progress import transferred
from console.tables import shown_size
from domain.files import KINDS, media_type_of
from domain.text import compose

PIECE = 256 * 1024
"""Bytes read and sent at a time."""

Note = Annotated[str | None, Parameter("--note", help="Ghi chú, chung cho các tệp · a note, the same on each file")]
Output = Annotated[
    Path | None, Parameter(("-o", "--output"), help="Tệp hoặc thư mục để ghi · file or folder to write to")
]


def attach(
    reference: Reference,
    *files: Annotated[Path, Parameter(help="Các tệp · the files")],
    note: Note = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Đính kèm tệp vào nhiệm vụ; chạy lại không đính kèm hai lần · attach files; run again, nothing is attached twice."""
    if not files:
        fail(USAGE, "Cần ít nhất một tệp. · Name a file at least.")
    types = {path: _media_type(path) for path in files}

    async def send() -> Any:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            state = await api.get(_address(reference))
            for path, media_type in types.items():
                state = await _attach(api, state, path, media_type, note)
            return state

    state = run(send())
    if as_json:
        print_json(state)
        return
    out.print(f"{state['code']}: {len(state['attachments'])} tệp · files", highlight=False, markup=False)


def file(
    reference: Reference,
    which: Annotated[str, Parameter(help="Tên tệp hoặc SHA-256 · name of the file, or its SHA-256")],
    *,
    output: Output = None,
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Lấy một tệp đính kèm · get an attached file; into this folder under its name unless -o says otherwise."""

    async def fetch() -> Any:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            one = _chosen(await api.get(_address(reference)), which)
            place = _place(output, one["name"])
            await _fetch(api, f"{_address(reference)}/files/{one['sha256']}", one, place)
            return one | {"path": str(place)}

    got = run(fetch())
    if as_json:
        print_json(got)
        return
    out.print(f"{got['path']}: {shown_size(got['size'])}, {got['media_type']}", highlight=False, markup=False)


def _address(reference: str) -> str:
    return f"/directives/{reference.replace('/', '-')}"


def _media_type(path: Path) -> str:
    if not path.is_file():
        fail(USAGE, f"Không có tệp {path}. · There is no file {path}.")
    media_type = media_type_of(path.name)
    if media_type is None:
        endings = ", ".join(ending for kind in KINDS.values() for ending in kind.extensions)
        fail(USAGE, f"{path.name}: kiểu tệp này không được nhận. · Files of this type are not taken.", endings)
    return media_type


async def _attach(api: Api, state: Any, path: Path, media_type: str, note: str | None) -> Any:
    """The state with the file on it; the same state if it is there already."""
    name = compose(path.name)
    sha256, size = await asyncio.to_thread(_measured, path)
    if any((one["sha256"], one["name"]) == (sha256, name) for one in state["attachments"]):
        return state
    with transferred(f"Gửi · sending {name} ({shown_size(size)})", size) as through:
        taken = await api.upload(lambda: _pieces(path, through), media_type)
    body = {"sha256": taken["sha256"], "file_name": name} | ({"note": compose(note)} if note else {})
    return await api.post(f"/directives/{state['id']}/attach", body, None)


def _measured(path: Path) -> tuple[str, int]:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), opened.tell()


async def _pieces(path: Path, through: Callable[[int], None]) -> AsyncIterator[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
            through(len(piece))


def _chosen(state: Any, which: str) -> Any:
    """The newest file of this name or sum."""
    found = [one for one in state["attachments"] if which in (one["sha256"], one["name"])]
    if not found:
        names = ", ".join(one["name"] for one in state["attachments"]) or "—"
        fail(REFUSED, f"{state['code']} không có tệp {which}. · It has no file {which}.", f"Có · it has: {names}")
    return found[-1]


def _place(output: Path | None, name: str) -> Path:
    place = output if output is not None else Path(name)
    if place.is_dir():
        place /= name
    if place.exists():
        fail(USAGE, f"{place} đã có; chọn chỗ khác bằng -o. · {place} is there already; choose another place with -o.")
    if not place.absolute().parent.is_dir():
        fail(USAGE, f"Không có thư mục {place.parent}. · There is no folder {place.parent}.")
    return place


async def _fetch(api: Api, path: str, one: Any, place: Path) -> None:
    """Write the content beside its place, and move it there once it is whole and right."""
    part, seen = place.with_name(f"{place.name}.part"), hashlib.sha256()
    try:
        with part.open("wb") as opened, transferred(f"Nhận · receiving {one['name']}", one["size"]) as through:
            async with api.download(path) as pieces:
                async for piece in pieces:
                    opened.write(piece)
                    seen.update(piece)
                    through(len(piece))
        if seen.hexdigest() != one["sha256"]:
            fail(UNAVAILABLE_EXIT, f"Nội dung {one['name']} bị hỏng. · The content of {one['name']} is damaged.")
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
