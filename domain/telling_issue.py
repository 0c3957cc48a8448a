"""What the issue of a directive says: the four clear points as they stood on its first day."""

from collections.abc import Iterator

from domain.event_values import CitedSource
from domain.events import DirectiveIssued
from domain.saying import Saying
from domain.wording import CLEAR_NAMES, SOURCE_NAMES, URGENCY_NAMES, named


def issue_told(data: DirectiveIssued, say: Saying, *, headed: bool) -> Iterator[str]:
    """Part by part, some of them empty; without number, title and content where `headed`."""
    if not headed:
        yield f"{data.code}: {data.title}"
        yield data.content
    yield from say.parties(data.lead_unit, data.coordinating_units, data.informed_units, data.officer)
    yield say.deadline(data.plan.due_at)
    yield say.after("không hạn vì:", "no deadline because:", data.no_deadline_because)
    yield say.after("kết quả cần đạt:", "expected result:", data.expected_result)
    yield say.named("độ khẩn:", "urgency:", URGENCY_NAMES, data.urgency)
    if data.source:
        yield from _source(data.source, say)
    if data.parent:
        above = say.units("giao lại từ nhiệm vụ của", "below a directive of", data.above)
        yield above or say("giao lại từ nhiệm vụ cấp trên", "below another directive")
    for waiver in data.waivers:
        point = say.named("miễn", "waived:", CLEAR_NAMES, waiver.item)
        yield f"{point}: {waiver.reason}" if waiver.reason else point
    if data.acceptance_levels == 2:
        yield say(
            "xác nhận hai cấp: thủ trưởng đơn vị, rồi người giao", "accepted by the head of the unit, then the issuer"
        )
    if data.recurrence:
        yield say.after("định kỳ, kỳ", "recurring, for", data.recurrence.period)


def _source(source: CitedSource, say: Saying) -> Iterator[str]:
    language = say("vi", "en")
    cited = [
        named(SOURCE_NAMES, source.kind, language),
        say.after("số", "no.", source.number),
        say.after("ngày", "of", f"{source.issued_on:%d/%m/%Y}" if source.issued_on else None),
        say.after("của", "by", source.issued_by),
    ]
    yield say.after("văn bản giao:", "source document:", " ".join(part for part in cited if part))
    yield say.after("trích:", "excerpt:", source.excerpt)
    if source.higher_authority:
        yield say("nhiệm vụ do cấp trên giao", "set by a higher authority")
