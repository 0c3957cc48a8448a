"""Why a policy is refused, in Vietnamese: what domain.policy and storage.reference say in English, said again."""

import re

_SAID: tuple[tuple[str, str], ...] = (
    ("a span has either working_days or duration", "khoảng cách có đúng một trong: working_days, duration"),
    (
        "extensions: a higher authority's directive cannot be open to requests for longer than others",
        "extensions: nhiệm vụ cấp trên giao không thể được xin gia hạn lâu hơn nhiệm vụ khác",
    ),
    ("escalation levels must rise from rung to rung", "các cấp của escalations phải tăng dần"),
    (
        r"level (\d+) is not told before level (\d+), whatever day it is",
        r"có trường hợp cấp \1 được báo trước cấp \2; khoảng cách phải tăng dần",
    ),
    ("an escalation comes after the deadline", "báo cáo vượt cấp phải ở sau hạn (side: after)"),
    (r"reminder (\d+) tells nobody", r"lần đôn đốc \1 không báo cho ai"),
    (r"escalation of level (\d+) tells nobody", r"báo cáo vượt cấp \1 không báo cho ai"),
    (
        r"reminder (\d+) comes at the same time as an earlier one",
        r"lần đôn đốc \1 trùng thời điểm với một lần trước đó",
    ),
    (
        "notice_time lies at or after closing_time: notices would come when the day is over",
        "notice_time phải trước closing_time, nếu không lời nhắc đến khi đã hết ngày",
    ),
    (
        "urgency narrows sources: name the sources, or give the policy the urgency's code instead",
        "urgency chỉ dùng cùng sources: hãy nêu loại văn bản, hoặc đặt mã chính sách là độ khẩn",
    ),
    ("a source is named twice", "một loại văn bản được nêu hai lần"),
    (
        'a time of day is written as text, in YAML between quotes: "17:00"',
        'giờ trong ngày viết trong ngoặc kép, như "17:00"',
    ),
    (
        r"policies (\S+) and (\S+) both claim (.+)",
        r"hai chính sách \1 và \2 cùng áp dụng cho một loại nhiệm vụ (\3)",
    ),
    (r"policy (\S+) comes after (\S+); raise its version", r"đã có \2: hãy tăng số phiên bản của \1"),
    (
        r"policy (\S+) is stored with other contents; raise its version",
        r"\1 đã được ban hành với nội dung khác: hãy tăng số phiên bản",
    ),
)


def in_vietnamese(reason: str) -> str:
    """The reason in Vietnamese; as it is where it has no words here."""
    for english, vietnamese in _SAID:
        match = re.fullmatch(english if "\\" in english else re.escape(english), reason)
        if match is not None:
            return match.expand(vietnamese) if "\\" in vietnamese else vietnamese
    return reason
