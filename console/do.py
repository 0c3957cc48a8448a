"""`dondoc do COMMAND ID field=value …`: a command on a directive, through the API."""

from typing import Annotated, Any
from uuid import uuid4

import yaml
from cyclopts import Parameter

from api.bodies import COMMANDS
from console.client import AsUser, Token, Url, call, signed_in
from console.common import DEFAULT_DATA, USAGE, Data, Json, fail, out, print_json, run
from console.issue import shown_due
from domain.text import compose
from domain.wording import PHASE_NAMES, TIMELINESS_NAMES, named


def do(
    command: Annotated[str, Parameter(help=f"Một trong · one of: {', '.join(COMMANDS)}")],
    reference: Annotated[str, Parameter(help="Số (2026/0123) hoặc mã (UUID) · code or id")],
    *fields: Annotated[
        str, Parameter(help='Trường của lệnh · fields, e.g. percent=60 note="đã xong" deadline.working_days=5')
    ],
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Thực hiện một lệnh với nhiệm vụ · give a command: dondoc do report-progress 2026/0012 percent=60 --as cv-noi-vu."""
    if command not in COMMANDS:
        fail(
            USAGE,
            f"Không có lệnh {command}. · There is no command {command}.",
            f"Các lệnh · commands: {', '.join(COMMANDS)}",
        )
    body = _body(fields)

    async def send() -> Any:
        async with signed_in(data, url, token, as_user) as client:
            key = {"Idempotency-Key": str(uuid4())}
            return await call(client, "POST", f"/directives/{reference.replace('/', '-')}/{command}", body, **key)

    state = run(send())
    if as_json:
        print_json(state)
        return
    standing = f"{named(PHASE_NAMES, state['phase'])}, {named(TIMELINESS_NAMES, state['timeliness'])}"
    out.print(
        f"{state['code']} · {state['title']}: {standing}, hạn {shown_due(state['due_at'])}, "
        f"tiến độ {state['progress_percent']}%, phiên bản {state['version']}",
        highlight=False,
    )


def _body(fields: tuple[str, ...]) -> dict[str, Any]:
    """field=value words as a JSON body; a dot reaches inside, values are read as YAML scalars."""
    body: dict[str, Any] = {}
    for field in fields:
        name, equals, text = field.partition("=")
        if not equals or not name:
            fail(USAGE, f"“{field}” không có dạng trường=giá trị. · not of the form field=value.")
        value = yaml.safe_load(text) if text.strip().lstrip("-").isdigit() or text.startswith("[") else compose(text)
        inner = body
        *outer, last = name.split(".")
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return body
