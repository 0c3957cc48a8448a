"""`dondoc users password`: a password for the pages, typed, read from a pipe, or made up."""

import getpass
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import asyncpg
from cyclopts import Parameter
from rich.text import Text

from api.signing.passwords import LONGEST, Passwords, password_faults, readable_password
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.reach import record
from storage.passwords import replace_password, set_password
from storage.pool import Pool


def password(
    username: Annotated[str, Parameter(help="Tên đăng nhập · username")],
    *,
    generate: Annotated[
        bool,
        Parameter(
            "--generate",
            negative=(),
            help="Tạo ngẫu nhiên, hiện một lần; phải đổi khi đăng nhập · make one up, shown this once, to be changed at sign-in",
        ),
    ] = False,
    stdin: Annotated[
        bool, Parameter("--stdin", negative=(), help="Đọc một dòng từ đầu vào · read one line from standard input")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Đặt mật khẩu đăng nhập trang web; các phiên đang mở kết thúc · set a password for the pages; open sessions end."""
    if generate and stdin:
        fail(USAGE, "Chỉ chọn một: --generate hoặc --stdin. · Choose one: --generate or --stdin.")
    chosen = readable_password() if generate else _line() if stdin else _typed()
    faults = password_faults(chosen, username)
    if faults:
        reasons = "; ".join(f"{vietnamese} · {english}" for vietnamese, english in faults)
        fail(REFUSED, f"Không nhận mật khẩu · the password is not taken: {reasons}")
    ended = run(_set(data, username, chosen, must_change=generate))
    if as_json:
        shown = {"password": chosen} if generate else {}
        print_json({"username": username, **shown, "must_change": generate, "sessions_ended": ended})
    elif generate:
        out.print(chosen, highlight=False, markup=False, soft_wrap=True)
    else:
        out.print(Text(f"Đã đặt mật khẩu của {username} · the password is set"), soft_wrap=True)


async def set_passwords(pool: Pool, passwords: Mapping[str, str], *, must_change: bool = False) -> None:
    """Give each of these users their password. ForeignKeyViolationError for somebody who is not there."""
    with closing(Passwords()) as hashing:
        for username, chosen in passwords.items():
            await set_password(pool, username, await hashing.hashed(chosen), must_change=must_change)


async def _set(data: Path, username: str, chosen: str, *, must_change: bool) -> int:
    async with record(data) as pool:
        with closing(Passwords()) as hashing:
            hashed = await hashing.hashed(chosen)
        try:
            replaced = await replace_password(pool, username, hashed, must_change=must_change)
        except asyncpg.ForeignKeyViolationError:
            fail(REFUSED, f"Không có người dùng {username}. · There is no user {username}.", "dondoc users list")
        return replaced.sessions_ended if replaced else 0


def _line() -> str:
    try:
        line = sys.stdin.buffer.readline(LONGEST * 10).decode()
    except UnicodeDecodeError:
        fail(USAGE, "Đầu vào không phải UTF-8. · Standard input is not UTF-8.")
    if not line:
        fail(USAGE, "Không có dòng nào ở đầu vào. · There is no line on standard input.")
    return line.removesuffix("\n").removesuffix("\r")


def _typed() -> str:
    if not sys.stdin.isatty():
        fail(
            USAGE,
            "Không có màn hình để gõ mật khẩu. · There is no terminal to type a password on.",
            "--generate, --stdin",
        )
    first = getpass.getpass("Mật khẩu mới · new password: ")
    if getpass.getpass("Nhập lại · once more: ") != first:
        fail(REFUSED, "Hai lần nhập khác nhau. · The two are not the same.")
    return first
