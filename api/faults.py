"""Faults of a request: each with its field, a stable code, and the reason in both languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from api.language import Words

MOST_SHOWN = 50
"""Of a body with more faults than this, the first ones are told."""

_CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "field_missing",
    "string_too_long": "text_too_long",
    "string_too_short": "text_empty",
    "text_not_nfc": "text_not_nfc",
    "text_has_control": "text_has_control",
    "text_has_line_break": "text_has_line_break",
}

_WHOLE_NUMBER = ("phải là số nguyên", "must be a whole number")
_LIST = ("phải là danh sách", "must be a list")
_OBJECT = ("phải là đối tượng {{…}}", "must be an object {{…}}")
_CHOICE = ("phải là một trong: {expected}", "must be one of: {expected}")
_UUID = ("phải là UUID", "must be a UUID")
_YES_NO = ("phải là true hoặc false", "must be true or false")
_INSTANT = (
    "phải là thời điểm RFC 3339 có múi giờ, như 2026-10-30T17:00:00+07:00",
    "must be an RFC 3339 instant with its offset, like 2026-10-30T17:00:00+07:00",
)
_MOMENT = (_INSTANT[0] + ", hoặc ngày như 2026-10-30", _INSTANT[1] + ", or a day like 2026-10-30")

_REASONS: dict[str, Words] = {
    "extra_forbidden": ("không được biết đến", "is not known here"),
    "missing": ("còn thiếu", "is missing"),
    "string_type": ("phải là chuỗi ký tự", "must be text"),
    "string_too_long": ("dài quá {max_length} ký tự", "has more than {max_length} characters"),
    "string_too_short": ("để trống", "is empty"),
    "string_pattern_mismatch": (
        "phải là mã gồm chữ không dấu, chữ số và dấu . _ -, nhiều nhất 64 ký tự",
        "must be a code of plain letters, digits, dots, underscores and hyphens, at most 64 of them",
    ),
    "text_not_nfc": ("phải là chữ Unicode dựng sẵn (NFC)", "must be composed Unicode (NFC)"),
    "text_has_control": ("chứa ký tự điều khiển", "holds control characters"),
    "text_has_line_break": ("phải nằm trên một dòng", "must be on one line"),
    "sha256": (
        "phải là SHA-256: 64 chữ số thập lục phân viết thường",
        "must be a SHA-256: 64 small hexadecimal digits",
    ),
    "file_name": (
        "phải là tên tệp, không có đường dẫn (/ hoặc \\), nhiều nhất 255 byte",
        "must be a file name without a path (/ or \\), at most 255 bytes",
    ),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "greater_than_equal": ("phải từ {ge} trở lên", "must be {ge} or more"),
    "less_than_equal": ("phải từ {le} trở xuống", "must be {le} or less"),
    "too_short": ("cần ít nhất {min_length} mục", "needs at least {min_length} items"),
    "too_long": ("có quá {max_length} mục", "has more than {max_length} items"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "instant_format": _INSTANT,
    "instant_range": ("nằm ngoài những năm được hỗ trợ", "lies outside the years that are supported"),
    "moment_or_day": _MOMENT,
    "day": ("phải là ngày, như 2026-10-30", "must be a day, like 2026-10-30"),
    "clock_time": ("phải là giờ dạng HH:MM, như 08:00", "must be a clock time HH:MM, like 08:00"),
    "rule_reach": (
        "ngày giao phải nằm trong kỳ; ngày đến hạn trong kỳ hoặc trong tháng (tuần) liền sau",
        "the issue day must lie in the period; the due day in it or in the month (week) after it",
    ),
    "rule_order": ("đến hạn trước khi giao", "an occurrence is due before it is issued"),
    "template_deadline": (
        "mẫu không có deadline: thời hạn của mỗi kỳ do rule quyết định",
        "a template has no deadline: the rule gives that of each period",
    ),
    "last_before_first": ("last_on trước first_on", "last_on lies before first_on"),
    "deadline_forms": (
        "phải là đúng một trong: at, working_days, none_because",
        "must be exactly one of: at, working_days, none_because",
    ),
    "officer_or_rule": ("phải nêu đúng một trong: officer, choose", "must name exactly one of: officer, choose"),
    "settlement_unit": (
        "lead_unit được nêu khi và chỉ khi settlement là reassigned",
        "lead_unit is given exactly when the settlement is reassigned",
    ),
    "settlement_deadline": ("nhiệm vụ kết thúc thì không có thời hạn", "a directive that ends gets no deadline"),
}
"""By pydantic's kinds of errors, which name no text of the sender."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field."""

    field: str
    code: str
    reason: Words


def faults_of(errors: Iterable[ErrorDetails], at: str = "") -> list[Fault]:
    """The faults behind pydantic's errors, one for each field, with `at` before the field names."""
    found: dict[str, Fault] = {}
    for error in errors:
        field = at + _field(error)
        found.setdefault(field, Fault(field, _CODES.get(error["type"], "invalid_field"), reason_of(error)))
    return list(found.values())


def reason_of(error: ErrorDetails) -> Words:
    """Why pydantic refused a value, in both languages; its own words for a kind that is not known here."""
    words = _REASONS.get(error["type"])
    if words is None:
        return error["msg"], error["msg"]
    context: dict[str, Any] = dict(error.get("ctx", {}))
    if "expected" in context:
        context["expected"] = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
    return words[0].format_map(context), words[1].format_map(context)


def _field(error: ErrorDetails) -> str:
    *above, last = error["loc"] or ("",)
    if error["type"] != "extra_forbidden" and _is_branch(last):
        return ".".join(str(part) for part in above)
    return ".".join(str(part) for part in (*above, last) if part != "")


def _is_branch(part: int | str) -> bool:
    """Whether a location part names a branch of a union rather than a field."""
    return isinstance(part, str) and ("[" in part or part in ("datetime", "date"))
