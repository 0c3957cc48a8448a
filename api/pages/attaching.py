"""Files that come with a form: taken into the store first, so that a bad one stops the form before anything is recorded."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import PurePath
from uuid import UUID

from starlette.datastructures import UploadFile

from api.auth import Caller
from api.bodies import parse_command
from api.gateway import RETRY_AFTER
from api.giving import give
from api.problems import Problem
from api.services import Services
from api.uploads import checked
from domain.commands import Attach
from domain.files import KINDS, UploadedFile
from domain.ids import attach_command_id
from domain.text import compose
from storage.files import put_file
from storage.objects import ObjectsAway

_PIECE = 64 * 1024
_TYPES = {ending: media_type for media_type, kind in KINDS.items() for ending in kind.extensions}

ACCEPTED = ",".join(f".{ending}" for ending in _TYPES)
"""The endings that a file may have, for the browser's own choice of files."""


async def take_in(services: Services, caller: Caller, files: list[UploadFile], note: str | None) -> list[Attach]:
    """The files in the store, each with the command that attaches it. Problem 413, 415 or 422 names the first that is refused."""
    commands = []
    for file in files:
        name = compose(PurePath((file.filename or "").replace("\\", "/")).name)
        media_type = _TYPES.get(name.rpartition(".")[2].lower())
        if media_type is None:
            reason = (f"“{name}”: chỉ nhận {ACCEPTED}", f"“{name}”: only {ACCEPTED} are taken")
            raise Problem(415, "file_type_refused", media_type=name.rpartition(".")[2] or "?", reason=reason)
        _named(name, note)  # what the command would refuse, before anything is stored
        try:
            stored = await services.objects.put(checked(_pieces(file), media_type, services.max_file_bytes))
        except ObjectsAway as away:
            raise Problem(503, "files_unavailable", headers=RETRY_AFTER) from away
        uploaded = UploadedFile(sha256=stored.sha256, size=stored.size, media_type=media_type)
        await put_file(services.pool, uploaded, caller.person.username)
        commands.append(_named(name, note, stored.sha256))
    return commands


def _named(name: str, note: str | None, sha256: str = "0" * 64) -> Attach:
    """The command that attaches a file under this name. Problem 422 with a fault on `files` for a name that cannot be."""
    try:
        command: Attach = parse_command(Attach, {"sha256": sha256, "file_name": name, "note": note})
    except Problem as problem:
        faults = [replace(one, field="files" if one.field == "file_name" else one.field) for one in problem.faults]
        raise Problem.faulty(faults) from problem
    return command


async def attach_all(
    services: Services, caller: Caller, directive_id: UUID, commands: list[Attach], command_id: UUID
) -> None:
    """Attach what was taken in, each under an id that follows from the form's, so that a repeat attaches nothing twice."""
    for command in commands:
        own_id = attach_command_id(command_id, command.sha256)
        try:
            await give(services, caller, directive_id, command, own_id, chosen=True)
        except Problem as problem:
            if problem.code != "file_already_attached":
                raise


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
