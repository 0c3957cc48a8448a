"""The `dondoc` command. Each subcommand is loaded when it is asked for, so that help is instant."""

import sys

from cyclopts import App, CycloptsError

from console.common import UNAVAILABLE_EXIT, USAGE, err

HELP = """Đôn Đốc: giao việc, đôn đốc và lưu vết nhiệm vụ · directives assigned, pressed for and proven.

Bắt đầu · start with: `dondoc demo`, `dondoc up`. Mã thoát · exit codes: 0 xong, 1 bị từ chối, 2 sai cách dùng, 3 chưa kết nối được.
"""

app = App(name="dondoc", help=HELP, version="0.1.0", exit_on_error=False, print_error=True)

COMMANDS = {
    "demo": ("console.demo:demo", "Diễn một câu chuyện trên quận mẫu · play a story on the sample district"),
    "up": ("console.up:up", "Khởi động toàn bộ trên máy này · start everything on this machine"),
    "doctor": ("console.doctor:doctor", "Kiểm tra cấu hình và kết nối · what is configured and reachable"),
    "issue": ("console.issue:issue", "Giao nhiệm vụ từ tệp YAML, JSON, xlsx · issue directives from a file"),
    "list": ("console.look:list_command", "Danh sách nhiệm vụ · list directives"),
    "show": ("console.look:show", "Một nhiệm vụ, nay hoặc trước · one directive, now or as it stood"),
    "do": ("console.do:do", "Tiếp nhận, báo cáo, xác nhận … · give a command on a directive"),
    "replay": ("console.look:replay_command", "Diễn lại lịch sử · replay the history of a directive"),
    "units": ("console.directory:units", "Danh mục đơn vị · the directory of units"),
    "users": ("console.directory:users", "Người dùng và mã truy cập · users and tokens"),
    "migrate": ("console.programs:migrate_command", "Cập nhật cơ sở dữ liệu · bring the database up to date"),
    "worker": ("console.programs:worker", "Tiến trình worker · the worker process"),
    "api": ("console.programs:api", "Tiến trình API · the API process"),
}

for _name, (_place, _help) in COMMANDS.items():
    app.command(_place, name=_name, help=_help, sort_key=list(COMMANDS).index(_name))


def main() -> None:
    """Run the command line; what cannot be reached ends with 3, wrong usage with 2."""
    try:
        app()
    except CycloptsError:
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if not _is_outage(error):
            raise
        err.print(f"Không kết nối được · cannot reach what is needed: {error}", style="bold red", markup=False)
        err.print("Xem · see: dondoc doctor")
        sys.exit(UNAVAILABLE_EXIT)


def _is_outage(error: Exception) -> bool:
    from storage.pool import UNAVAILABLE  # only now: loading the database driver would slow every --help

    return isinstance(error, UNAVAILABLE)


if __name__ == "__main__":
    main()
