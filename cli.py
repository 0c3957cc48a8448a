"""The `dondoc` command. Each subcommand is loaded when it is asked for, so that help is instant."""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from console.common import UNAVAILABLE_EXIT, USAGE, fail, speak_utf8

HELP = """Đôn Đốc: giao việc, đôn đốc và lưu vết nhiệm vụ · directives assigned, pressed for and proven.

Bắt đầu · start with: `dondoc demo`, `dondoc up`. Mã thoát · exit codes: 0 xong, 1 bị từ chối, 2 sai cách dùng, 3 chưa kết nối được.
"""

app = App(name="dondoc", help=HELP, version="0.1.0", exit_on_error=False, print_error=True)

COMMANDS = {
    "demo": ("console.demo:demo", "Diễn một câu chuyện mẫu · play a story on the sample district"),
    "up": ("console.up:up", "Khởi động toàn bộ trên máy này · start everything here"),
    "doctor": ("console.doctor:doctor", "Kiểm tra cấu hình, kết nối · what is set up and reachable"),
    "issue": ("console.issue:issue", "Giao việc từ tệp YAML, JSON, xlsx · issue from a file"),
    "list": ("console.look:list_command", "Danh sách nhiệm vụ · list directives"),
    "show": ("console.look:show", "Một nhiệm vụ, nay hoặc trước · one, now or as it stood"),
    "do": ("console.do:do", "Tiếp nhận, báo cáo, xác nhận … · give a command on one"),
    "attach": ("console.attach:attach", "Đính kèm tệp vào nhiệm vụ · attach files to a directive"),
    "file": ("console.attach:file", "Lấy một tệp đính kèm · get an attached file"),
    "replay": ("console.replay:replay_command", "Diễn lại lịch sử · replay the history of a directive"),
    "audit": ("console.audit:audit", "Kiểm toán bản ghi · prove, verify, export the record"),
    "recover": ("console.recover:recover", "Khởi động lại tiến trình đã mất · restart executions"),
    "recur": ("console.recur:recur", "Nhiệm vụ định kỳ · recurring directives"),
    "simulate": ("console.simulate:simulate_command", "Mô phỏng, so sánh chính sách · simulate, compare policies"),
    "units": ("console.units:units", "Danh mục đơn vị · the directory of units"),
    "substitutions": ("console.substitutions:substitutions", "Ủy quyền · who acts for whom"),
    "users": ("console.users:users", "Người dùng, mật khẩu, mã truy cập · users and sign-in"),
    "policies": ("console.policies:policies", "Chính sách đôn đốc · policies and their versions"),
    "calendar": ("console.calendar:calendar", "Lịch làm việc, ngày nghỉ, hoán đổi · days off, swaps"),
    "migrate": ("console.programs:migrate_command", "Cập nhật cơ sở dữ liệu · bring the database up to date"),
    "worker": ("console.programs:worker", "Tiến trình worker · the worker process"),
    "api": ("console.programs:api", "Tiến trình API · the API process"),
}
"""Where each command is, and its line in the help: short enough for a terminal of 80 columns."""

for _name, (_place, _help) in COMMANDS.items():
    app.command(_place, name=_name, help=_help, sort_key=list(COMMANDS).index(_name))


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line; what cannot be reached ends with 3, wrong usage with 2."""
    speak_utf8()
    try:
        app(words)
    except CycloptsError:
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        _explain(error)
        raise


def _explain(error: Exception) -> None:
    """End with words for what people and their surroundings get wrong; return for a defect of ours."""
    import asyncpg  # only now: loading the database driver would slow every --help
    from pydantic import ValidationError

    from storage.pool import UNAVAILABLE

    if isinstance(error, ValidationError) and error.title == "Settings":
        names = ", ".join(f"DONDOC_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        fail(USAGE, f"Cấu hình sai · the environment is wrong: {names}")
    if isinstance(error, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError | asyncpg.UndefinedFunctionError):
        fail(
            UNAVAILABLE_EXIT,
            f"Cơ sở dữ liệu chưa được cập nhật · the database lacks something: {error}",
            "dondoc migrate",
        )
    if isinstance(error, (*UNAVAILABLE, asyncpg.PostgresError)):
        reason = str(error) or type(error).__name__
        fail(
            UNAVAILABLE_EXIT, f"Không kết nối được · cannot reach what is needed: {reason}", "Xem · see: dondoc doctor"
        )


if __name__ == "__main__":
    main()
