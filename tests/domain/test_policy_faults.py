"""Each thing that a policy may be refused for is told in Vietnamese too."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.policy import PoliciesContradict, Policy, SourceKind, check_together
from domain.policy_faults import in_vietnamese
from tests.domain.policies import POLICIES

ORDINARY = POLICIES["thuong"].model_dump(mode="json", exclude_none=True)
DAY, TWO_DAYS, HOUR = {"working_days": 1}, {"working_days": 2}, {"duration": "PT1H"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"due_soon": {}}, "đúng một trong"),
        ({"extensions": {"days_after": 5, "days_after_higher": 7}}, "cấp trên giao"),
        ({"escalations": [{"level": 1, "span": DAY, "to": ["office"]}] * 2}, "tăng dần"),
        (
            {"escalations": [{"level": n, "span": s, "to": ["office"]} for n, s in ((1, TWO_DAYS), (2, DAY))]},
            "cấp 2 được báo trước cấp 1",
        ),
        ({"escalations": [{"side": "before", "level": 1, "span": DAY, "to": ["office"]}]}, "sau hạn"),
        ({"escalations": [{"level": 3, "span": DAY, "to": []}]}, "báo cáo vượt cấp 3 không báo cho ai"),
        ({"reminders": [{"side": "after", "span": DAY, "to": []}]}, "lần đôn đốc 1 không báo cho ai"),
        ({"reminders": [{"side": "after", "span": HOUR}] * 2}, "lần đôn đốc 2 trùng"),
        ({"closing_time": "07:00"}, "phải trước closing_time"),
        ({"urgency": "khan"}, "chỉ dùng cùng sources"),
        ({"sources": ["petition", "petition"]}, "nêu hai lần"),
        ({"closing_time": 1020}, "ngoặc kép"),
    ],
)
def test_what_contradicts_itself(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(ORDINARY | changes)
    reasons = [in_vietnamese(one["msg"].removeprefix("Value error, ")) for one in refused.value.errors()]
    assert any(told in reason for reason in reasons), reasons


def test_what_contradicts_another() -> None:
    claiming = [POLICIES[code].model_copy(update={"sources": (SourceKind.PETITION,)}) for code in ("khan", "thuong")]
    with pytest.raises(PoliciesContradict) as refused:
        check_together(claiming)
    assert in_vietnamese(str(refused.value)).startswith("hai chính sách khan và thuong cùng áp dụng")


def test_what_storage_says() -> None:
    assert in_vietnamese("policy a@1 comes after a@3; raise its version") == "đã có a@3: hãy tăng số phiên bản của a@1"
    assert in_vietnamese("policy a@1 is stored with other contents; raise its version").startswith("a@1 đã được")


def test_other_words_stay() -> None:
    assert in_vietnamese("something else") == "something else"
