"""Numbers, days and spans of time as people here read them; filters of the templates."""

from datetime import date, datetime, timedelta

from domain.instants import last_day_of, local
from domain.wording import Language

_DAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHORT_VI = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def day(value: date | datetime | None) -> str:
    """25/11/2026, on the local clock."""
    if value is None:
        return "—"
    there = local(value).date() if isinstance(value, datetime) else value
    return f"{there:%d/%m/%Y}"


def local_day(value: datetime) -> date:
    """The day on the local calendar."""
    return local(value).date()


def weekday(value: date, language: Language = "vi", *, short: bool = False) -> str:
    """The name of a day of the week."""
    if language == "en":
        return _DAYS_EN[value.weekday()]
    return (_SHORT_VI if short else _DAYS_VI)[value.weekday()]


def moment(value: datetime | None) -> str:
    """08:30 25/11/2026, on the local clock."""
    return "—" if value is None else f"{local(value):%H:%M %d/%m/%Y}"


def due(value: datetime | None, language: Language = "vi") -> str:
    """A deadline with its day of the week: one at 24:00 belongs to the day that it ends, and then the hour says nothing."""
    if value is None:
        return "No deadline" if language == "en" else "Không hạn"
    on, there = last_day_of(value), local(value)
    text = f"{weekday(on, language, short=True)}, {on:%d/%m/%Y}"
    return text if there.hour == there.minute == 0 else f"{text} {there:%H:%M}"


def left(value: datetime | None, now: datetime, language: Language = "vi") -> str:
    """How long until a deadline, or since: "còn 3 ngày", "quá 2 ngày". Days on the calendar; hours within the last day."""
    if value is None:
        return ""
    days = (last_day_of(value) - local(now).date()).days
    past = value <= now
    if days == 0:
        hours = abs(value - now) // timedelta(hours=1)
        minutes = abs(value - now) // timedelta(minutes=1)
        count, vi, en = (hours, "giờ", "h") if hours else (minutes, "phút", "min")
    else:
        count, vi, en = abs(days), "ngày", "d"
    if language == "en":
        return f"{count} {en} late" if past else f"{count} {en} left"
    return f"quá {count} {vi}" if past else f"còn {count} {vi}"


def ago(value: datetime, now: datetime, language: Language = "vi") -> str:
    """How long since an instant, in its largest unit: "vừa xong", "7 phút trước", "3 ngày trước"."""
    past = now - value
    for span, vi, en in (
        (timedelta(days=1), "ngày", "d"),
        (timedelta(hours=1), "giờ", "h"),
        (timedelta(minutes=1), "phút", "min"),
    ):
        if past >= span:
            return f"{past // span} {en} ago" if language == "en" else f"{past // span} {vi} trước"
    return "just now" if language == "en" else "vừa xong"


def seconds(value: float, language: Language = "vi") -> str:
    """1,4, in English 1.4."""
    return _marked(f"{value:.1f}", language)


def number(value: int, language: Language = "vi") -> str:
    """4.206, in English 4,206."""
    return _marked(f"{value:,}", language)


def percent(part: float, whole: float, language: Language = "vi") -> str:
    """96,7%, in English 96.7%; a dash where there is nothing to take a part of."""
    return _marked(f"{100 * part / whole:.1f}%", language) if whole else "—"


def size(value: int, language: Language = "vi") -> str:
    """1,4 MB, in English 1.4 MB."""
    for limit, unit in ((1_000_000, "MB"), (1_000, "KB")):
        if value >= limit:
            return _marked(f"{value / limit:.1f} {unit}", language)
    return f"{value} B"


_VIETNAMESE_MARKS = str.maketrans(".,", ",.")


def _marked(english: str, language: Language) -> str:
    """A number with the marks of the language between thousands and before decimals."""
    return english if language == "en" else english.translate(_VIETNAMESE_MARKS)
