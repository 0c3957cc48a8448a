"""A report as a page to read and print, and as plain text. The page holds no script and asks the network for nothing."""

from collections.abc import Iterable, Sequence
from html import escape

from audit.bundle.report import Chapter, Report

TITLE = "Hồ sơ trích từ nhật ký Đôn Đốc"
_PLEASE_VERIFY = (
    "Báo cáo để đọc cho dễ; bằng chứng là events.jsonl. Hãy kiểm tra bằng verify.py theo README.md trước khi tin."
)
_TOO_MANY = "Có quá nhiều sự kiện để kể từng nhiệm vụ; xem events.jsonl."
_COLUMNS = ("#", "Vị trí", "Thời điểm", "Sự kiện", "Người thực hiện", "Nội dung")
_STYLE = """
body { font: 11pt/1.45 "Times New Roman", "Liberation Serif", serif; color: #111 }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 }
th, td { border: 1px solid #999; padding: .2rem .45rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
thead { display: table-header-group } tr { break-inside: avoid } th { background: #f0efe9; font-weight: 600 }
table.facts th { width: 14rem } td.n { text-align: right; white-space: nowrap } td.t { white-space: nowrap }
tr.withheld { background: #eee; color: #555; font-style: italic } p.note { border-left: 4px solid #b33; padding-left: .7rem }
@page { margin: 18mm 14mm } @media print { body { margin: 0; max-width: none; font-size: 10pt } }
"""


def as_html(report: Report) -> bytes:
    """The page."""
    chapters = "".join(_chapter(chapter) for chapter in report.chapters)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="dondoc-bundle" content="{report.summary}"><meta name="viewport" content="width=device-width">
<title>{TITLE}</title><style>{_STYLE}</style></head><body>
<h1>{TITLE}</h1><p class="note">{_PLEASE_VERIFY}</p>
{_facts(report.facts)}
<h2>Các loại sự kiện</h2>{_facts((name, str(count)) for name, count in report.counts)}
{chapters if report.complete else f"<p>{_TOO_MANY}</p>"}</body></html>
""".encode()


def _chapter(chapter: Chapter) -> str:
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(
        f'<tr{" class=withheld" if line.withheld else ""}><td class="n">{line.version}</td><td class="n">{line.position}</td>'
        f'<td class="t">{line.at}</td><td>{escape(line.what)}</td><td>{escape(line.who)}</td><td>{escape(line.says)}</td></tr>\n'
        for line in chapter.lines
    )
    title, facts = escape(chapter.title), _facts(chapter.facts)
    return f"<h2>{title}</h2>{facts}<table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>\n" for name, value in facts)
    return f'<table class="facts"><tbody>\n{rows}</tbody></table>' if rows else ""


def as_text(report: Report) -> bytes:
    """The same for a reader without a browser."""
    lines = [TITLE.upper(), f"({report.summary})", "", _PLEASE_VERIFY, "", *_listed(report.facts), ""]
    lines += ["Các loại sự kiện", *_listed([(name, str(count)) for name, count in report.counts])]
    if not report.complete:
        lines += ["", _TOO_MANY]
    for chapter in report.chapters:
        lines += ["", "-" * 72, chapter.title, *_listed(chapter.facts), ""]
        for line in chapter.lines:
            about = " · ".join(part for part in (line.at, line.what, line.who, line.says) if part)
            lines.append(f"{line.version:>4}  [{line.position}] {about}")
    return "\n".join([" ".join(line.splitlines()) if line else line for line in lines] + [""]).encode()


def _listed(facts: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  {name}: {value}" for name, value in facts]
