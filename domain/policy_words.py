"""A policy in sentences that people read: what it does when, whom it tells, and what it allows. In both languages."""

from dataclasses import dataclass
from datetime import timedelta

from domain.policy import Audiences, Policy, Recipients, Rung, Span
from domain.wording import AUDIENCE_NAMES, ROLE_NAMES, SOURCE_NAMES, URGENCY_NAMES

Words = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """One step around the deadline."""

    kind: str
    """As in domain.wording.STEP_NAMES."""
    number: int
    """Of a reminder, its place; of an escalation, its level."""
    when: Words
    to: Words


def steps(policy: Policy) -> tuple[Step, ...]:
    """Reminders and escalations, in the order in which the policy lists them."""
    return (
        *(Step("reminder", n, when(rung, policy), whom(rung.to)) for n, rung in enumerate(policy.reminders, 1)),
        *(Step("escalation", rung.level, when(rung, policy), whom(rung.to)) for rung in policy.escalations),
    )


def rules(policy: Policy) -> tuple[tuple[Words, Words], ...]:
    """The other rules, each with its name."""
    return (
        (("Áp dụng cho", "For"), _scope(policy)),
        (("Hết ngày cuối", "The last day ends"), _closing(policy)),
        (("Sắp đến hạn khi còn", "Due soon when left"), span(policy.due_soon)),
        (("Nghiệm thu", "Acceptance"), _acceptance(policy)),
        (("Bắt đầu thực hiện", "Work begins"), _begins(policy)),
        (("Gia hạn", "Extensions"), _extensions(policy)),
        (("Dừng đồng hồ", "Stopped time"), _stops(policy)),
    )


def span(of: Span) -> Words:
    """3 ngày làm việc; 4 giờ."""
    if of.working_days is not None:
        return f"{of.working_days} ngày làm việc", f"{of.working_days} working {_plural('day', of.working_days)}"
    return _duration(of.duration or timedelta())


def when(rung: Rung, policy: Policy) -> Words:
    """So long before or after the deadline; steps in working days come at a time of day."""
    vietnamese, english = span(rung.span)
    at = f"{policy.notice_time:%H:%M}" if rung.span.working_days is not None else ""
    side = ("trước hạn", "before the deadline") if rung.side == "before" else ("sau hạn", "after the deadline")
    return f"{side[0]} {vietnamese}{', lúc ' + at if at else ''}", f"{english} {side[1]}{', at ' + at if at else ''}"


def whom(to: Audiences) -> Words:
    """Who is told."""
    named = [_recipients(one) if isinstance(one, Recipients) else AUDIENCE_NAMES[one] for one in to]
    return ", ".join(vi for vi, _ in named), ", ".join(en for _, en in named)


def _recipients(one: Recipients) -> Words:
    role, of_issuer = ROLE_NAMES[one.role], one.of == "issuing_unit"
    up_vi = f", cao hơn {one.up} bậc" if one.up else ""
    up_en = f", {one.up} {_plural('level', one.up)} up" if one.up else ""
    unit = ("đơn vị giao", "issuing unit") if of_issuer else ("đơn vị chủ trì", "lead unit")
    return f"{role[0].lower()} gần {unit[0]} nhất{up_vi}", f"{role[1].lower()} nearest to the {unit[1]}{up_en}"


def _scope(policy: Policy) -> Words:
    if policy.sources:
        kinds = [SOURCE_NAMES[source] for source in policy.sources]
        urgency = URGENCY_NAMES[policy.urgency] if policy.urgency else ("mọi độ khẩn", "any urgency")
        listed = ", ".join(vi.lower() for vi, _ in kinds), ", ".join(en.lower() for _, en in kinds)
        return f"{listed[0]} ({urgency[0].lower()})", f"{listed[1]} ({urgency[1].lower()})"
    if policy.code in URGENCY_NAMES:
        vietnamese, english = URGENCY_NAMES[policy.code]
        return f"nhiệm vụ độ khẩn “{vietnamese}”", f"directives of urgency “{english}”"
    return "nhiệm vụ nêu tên chính sách này khi giao", "directives that name it when they are issued"


def _closing(policy: Policy) -> Words:
    if policy.closing_time is None:
        return "lúc 24:00, theo luật", "at 24:00, as the law has it"
    return f"lúc {policy.closing_time:%H:%M}", f"at {policy.closing_time:%H:%M}"


def _acceptance(policy: Policy) -> Words:
    if policy.acceptance_levels == 1:
        return "một cấp: người giao", "one level: the issuer"
    return "hai cấp: thủ trưởng đơn vị, rồi người giao", "two levels: the head of the unit, then the issuer"


def _begins(policy: Policy) -> Words:
    if policy.begins == "issued":
        return "ngay khi giao", "as soon as it is issued"
    return "khi đơn vị tiếp nhận", "once the unit has taken it on"


def _extensions(policy: Policy) -> Words:
    allowed = policy.extensions
    if not allowed.most_granted:
        return "không được gia hạn", "none"
    return (
        f"nhiều nhất {allowed.most_granted} lần; đề nghị chậm nhất {allowed.days_after} ngày sau hạn "
        f"({allowed.days_after_higher} ngày nếu cấp trên giao)",
        f"at most {allowed.most_granted}; asked for at most {allowed.days_after} days after the deadline "
        f"({allowed.days_after_higher} where a higher authority assigned it)",
    )


def _stops(policy: Policy) -> Words:
    stop = policy.stop_clock
    suspension = ("được bù", "is given back") if stop.suspension else ("không được bù", "is not given back")
    decline = ("được bù", "is given back") if stop.decline else ("không được bù", "is not given back")
    return (
        f"thời gian tạm hoãn {suspension[0]} vào thời hạn; thời gian chờ giải quyết trả lại {decline[0]}; "
        f"tạm hoãn dài nhất {stop.longest_days} ngày",
        f"time of a suspension {suspension[1]}; time of a decline {decline[1]}; "
        f"a suspension lasts {stop.longest_days} days at most",
    )


def _duration(of: timedelta) -> Words:
    parts: list[Words] = []
    left = int(of.total_seconds())
    for seconds, vietnamese, english in (
        (86400, "ngày", "day"),
        (3600, "giờ", "hour"),
        (60, "phút", "minute"),
        (1, "giây", "second"),
    ):
        # Under two days an office counts in hours.
        count, rest = (0, left) if seconds == 86400 and left < 2 * 86400 else divmod(left, seconds)
        left = rest
        if count:
            parts.append((f"{count} {vietnamese}", f"{count} {_plural(english, count)}"))
    return " ".join(vi for vi, _ in parts) or "0 giây", " ".join(en for _, en in parts) or "0 seconds"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
