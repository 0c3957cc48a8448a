"""`dondoc audit witness`: the small service by which another body watches that a log only grows."""

import shlex
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Annotated

import uvicorn
from cyclopts import Parameter
from cyclopts.validators import Number

from audit.log.note import ED25519, NoteRefused, VerifyingKey
from audit.witness.folder import StateUnusable, read_key
from audit.witness.service import create_service
from audit.witness.store import Store
from audit.witness.telling import Listener, Teller
from audit.witness.witness import Witness
from console.audit.keys_option import public_keys
from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, USAGE, Data, Json, fail, out, print_json
from telemetry import configure_logging

AT_ONCE = 100
"""Requests at a time; more are answered 503."""

Log = Annotated[
    list[str] | None,
    Parameter("--log", help="Khóa công khai của nhật ký, nhiều lần nếu nhiều · public key of a log; repeat for more"),
]
State = Annotated[
    Path | None,
    Parameter("--state", help="Thư mục riêng, mặc định witness trong --data · folder of its own, by default in --data"),
]
Name = Annotated[
    str | None, Parameter("--name", help="Tên khi tạo khóa, như nhanchung.thanhtra.vn · name, when the key is made")
]
Host = Annotated[str, Parameter("--host", help="Địa chỉ lắng nghe · address to listen on")]
Port = Annotated[
    int,
    Parameter("--port", validator=Number(gte=0, lte=65535), help="Cổng, 0: tùy máy · port, 0: any free one"),
]
OnFork = Annotated[
    str | None,
    Parameter("--on-fork", help="Lệnh chạy khi có cảnh báo · command to run on an alarm, the alarm on its stdin"),
]
AlertUrl = Annotated[
    str | None, Parameter("--alert-url", help="Địa chỉ nhận cảnh báo (POST JSON) · address that gets each alarm")
]
Vkey = Annotated[bool, Parameter("--vkey", negative=(), help="Chỉ in khóa công khai · only print its public key")]


def witness(
    *,
    log: Log = None,
    state: State = None,
    name: Name = None,
    host: Host = "127.0.0.1",
    port: Port = 8090,
    on_fork: OnFork = None,
    alert_url: AlertUrl = None,
    vkey: Vkey = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Làm chứng cho nhật ký của cơ quan khác · cosign another body's log as long as it only grows; serve until Ctrl-C."""
    folder = state or data / "witness"
    if vkey:
        _show_key(folder, name, as_json=as_json)
        return
    keys, listener = _keys(log), _listener(on_fork, alert_url)
    try:
        store = Store(folder, name)
    except StateUnusable as error:
        fail(REFUSED, str(error))
    try:
        _serve(store, keys, _listening(host, port), listener, as_json=as_json)
    finally:
        store.close()


def _show_key(folder: Path, name: str | None, *, as_json: bool) -> None:
    try:
        key = read_key(folder)
        if key is None:
            store = Store(folder, name)
            key = store.key
            store.close()
    except StateUnusable as error:
        fail(REFUSED, str(error))
    if as_json:
        print_json({"witness": str(key.verifying)})
    else:
        out.print(str(key.verifying), highlight=False, markup=False, soft_wrap=True)


def _keys(written: list[str] | None) -> list[VerifyingKey]:
    if not written:
        fail(
            USAGE,
            "Cần ít nhất một --log KHÓA · at least one --log KEY is needed",
            "dondoc audit key show  # bên cơ quan · at the body",
        )
    return public_keys(written, ED25519)


def _listener(command: str | None, url: str | None) -> Listener:
    try:
        words = shlex.split(command or "")
    except ValueError as error:
        fail(USAGE, f"--on-fork: {error}")
    if words and shutil.which(words[0]) is None:
        fail(USAGE, f"--on-fork: không có lệnh này · there is no command {words[0]}")
    if url and not url.startswith(("http://", "https://")):
        fail(USAGE, "--alert-url: http://… hoặc · or https://…")
    return Listener(command, url)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        fail(UNAVAILABLE_EXIT, f"Không lắng nghe được · cannot listen on {host}:{port}: {error}")


def _serve(
    store: Store, keys: list[VerifyingKey], listening: socket.socket, listener: Listener, *, as_json: bool
) -> None:
    configure_logging("INFO", "witness")
    teller = Teller(listener, store) if listener.command or listener.url else None
    try:
        watching = Witness(store, keys, teller.tell if teller else None)
    except NoteRefused as error:
        fail(REFUSED, f"{store.folder}: {error}")
    host, port = listening.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        print_json({"url": url, "witness": str(watching.key)})
    else:
        out.print(f"Bên làm chứng sẵn sàng · witness ready: [bold]{url}[/bold]", highlight=False)
        place = f"witness+{url}#{watching.key}"
        out.print(f"DONDOC_CHECKPOINT_PLACES={place}", highlight=False, markup=False, soft_wrap=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)  # uvicorn hands the signal on when it has finished what it had begun
    config = uvicorn.Config(
        create_service(watching, teller),
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _end(*_: object) -> None:
    sys.exit(0)
