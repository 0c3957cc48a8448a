"""POST /files and GET /directives/{id}/files/{sha256}: the content of attachments, in and out, never whole in memory."""

from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.auth import SignedIn
from api.dispositions import attachment_disposition
from api.gateway import RETRY_AFTER
from api.lookup import directive_for
from api.problems import Problem
from api.reading import note_directive
from api.services import services_of
from api.uploads import checked, declared_type, refuse_declared_size
from domain.files import KINDS, UploadedFile
from domain.permissions import PERMITTED
from domain.reading import Opened
from domain.refusals import Code, refuse
from storage.files import put_file
from storage.objects import ObjectDamaged, ObjectMissing, ObjectsAway

log = structlog.get_logger()

router = APIRouter()

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {"requestBody": {"required": True, "content": dict.fromkeys(KINDS, _BINARY)}}


@router.post("/files", status_code=201, summary="Tải một tệp lên để đính kèm", openapi_extra=_UPLOAD)
async def upload(request: Request, caller: SignedIn) -> JSONResponse:
    """Take a file in, the raw body of the type in Content-Type. Then attach it by its SHA-256. Repeating changes nothing."""
    services, person = services_of(request), caller.person
    if not any(grant.role is role for grant in person.roles for role, _ in PERMITTED["attach"]):
        raise Problem.of(refuse(Code.NOT_PERMITTED, user=person.username, command="attach"))
    media_type = declared_type(request)
    refuse_declared_size(request, services.max_file_bytes)
    try:
        stored = await services.objects.put(checked(request.stream(), media_type, services.max_file_bytes))
    except ObjectsAway as away:
        raise _unavailable(away) from away
    file = UploadedFile(sha256=stored.sha256, size=stored.size, media_type=media_type)
    await put_file(services.pool, file, person.username)
    log.info("file.uploaded", user=person.username, **file.model_dump())
    return JSONResponse(file.model_dump(), 201)


@router.get(
    "/directives/{reference}/files/{sha256}",
    summary="Nội dung một tệp đính kèm",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
async def download(request: Request, caller: SignedIn, reference: str, sha256: str) -> Response:
    """The content of a file attached to the directive, under the name that it was last given there."""
    services = services_of(request)
    found = await directive_for(caller, reference, services, otherwise=Code.UNKNOWN_ATTACHMENT)
    file = next((one for one in reversed(found.state.attachments) if one.sha256 == sha256), None)
    if file is None:
        raise Problem.of(refuse(Code.UNKNOWN_ATTACHMENT))
    await note_directive(services, caller, Opened.FILE, found, detail=file.sha256)
    headers = {
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": attachment_disposition(file.name),
        "Content-Type": file.media_type,  # as a header: given by name, Starlette would add a charset to text
        "Content-Length": str(file.size),
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": headers["ETag"]})
    try:
        content = await services.objects.open(file.sha256)
    except (ObjectsAway, ObjectMissing) as away:
        raise _unavailable(away) from away
    return StreamingResponse(_told(content, file.sha256), headers=headers)


async def _told(content: AsyncIterator[bytes], sha256: str) -> AsyncIterator[bytes]:
    """`content`; a store that fails in the middle is told in the log, and to the client by an answer that breaks off."""
    try:
        async for piece in content:
            yield piece
    except (ObjectsAway, ObjectDamaged) as failure:
        log.error("file.broken_off", sha256=sha256, error=repr(failure))  # noqa: TRY400 - its place tells nothing
        raise


def _unavailable(failure: Exception) -> Problem:
    log.warning("files.unavailable", error=repr(failure))
    return Problem(503, "files_unavailable", headers=RETRY_AFTER)
