"""The page of a witness: what it last cosigned, and what it shouts about. For people with a browser and nothing else."""

from collections.abc import Sequence
from datetime import UTC
from html import escape

from audit.log.note import VerifyingKey
from audit.witness.alarm import Alarm
from audit.witness.rules import Kind
from audit.witness.witness import LogStanding

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1b1b1b}"
    "code{word-break:break-all}dt{font-weight:600}.alarm{border-left:.4rem solid #b00020;background:#fdecee;padding:.5rem 1rem}"
    ".settled{border-color:#888;background:#f2f2f2}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Content-Security-Policy: the page loads nothing and runs nothing."""

_KINDS = {
    Kind.FORK: "Nhật ký bị rẽ nhánh: hai gốc khác nhau cho cùng một số sự kiện · fork: two roots for one size",
    Kind.UNPROVEN: "Không chứng minh được là nối tiếp · not proven to go on from what is known",
    Kind.SHRUNKEN: "Nhật ký ngắn lại · a smaller tree than is known was signed",
    Kind.FORGOTTEN: "Trạng thái của bên làm chứng bị đưa lùi; không ký tiếp · this witness's state was set back; it signs no more",
}


def page(key: VerifyingKey, logs: Sequence[LogStanding], alarms: Sequence[Alarm]) -> str:
    """The page as HTML."""
    title = f"Bên làm chứng {escape(key.name)}"
    body = "".join(
        (
            f"<h1>{title} · witness</h1>",
            "<p>Chỉ ký xác nhận khi nhật ký của cơ quan chỉ dài thêm, không bị sửa. · "
            "It cosigns a log only as long as it merely grows.</p>",
            f"<p>Khóa công khai · public key: <code>{escape(str(key))}</code></p>",
            "".join(map(_alarm, alarms)) or "<p>Không có cảnh báo nào. · No alarm.</p>",
            "".join(map(_log, logs)),
            '<p>Cho máy đọc · for programs: <a href="status">status</a></p>',
        )
    )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="vi"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n'


def _log(log: LogStanding) -> str:
    if log.last is None or log.cosigned_at is None:
        stand = "<p>Chưa ký xác nhận lần nào. · Nothing cosigned yet.</p>"
    else:
        at = log.cosigned_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        stand = (
            f"<dl><dt>Số sự kiện · events</dt><dd>{log.last.head.size}</dd>"
            f"<dt>Gốc Merkle · root</dt><dd><code>{log.last.head.root.hex()}</code></dd>"
            f"<dt>Ký lúc · cosigned at</dt><dd>{at}</dd></dl>"
        )
    keys = "".join(f"<li><code>{escape(str(key))}</code></li>" for key in log.keys)
    return f"<h2>Nhật ký · log {escape(log.origin)}</h2>{stand}<p>Khóa của nhật ký · its keys</p><ul>{keys}</ul>"


def _alarm(alarm: Alarm) -> str:
    settled = " settled" if alarm.settled else ""
    later = " Sau đó đã được chứng minh. · Proven since." if alarm.settled else ""
    return (
        f'<div class="alarm{settled}"><p><strong>{escape(alarm.origin)}: {_KINDS[alarm.kind]}</strong>{later}</p>'
        f"<p>{escape(alarm.reason)} ({escape(alarm.at)})</p><details><summary>Bằng chứng · evidence "
        f"{escape(alarm.id)}</summary><pre>{escape(alarm.text)}</pre></details></div>"
    )
