"""A policy as text and back, and texts that are none; policies in sentences."""

import time

import pytest

from domain.directory import Role
from domain.policy import Audience, EscalationRung, ExtensionRules, Policy, Recipients, ReminderRung, SourceKind
from domain.policy_document import Unreadable, as_bare_yaml, as_yaml, fields_in
from domain.policy_words import rules, steps, whom
from tests.domain.policies import POLICIES, seconds


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.label)
def test_a_policy_comes_back_as_it_was(policy: Policy) -> None:
    assert Policy.model_validate(fields_in(as_bare_yaml(policy))) == policy
    assert Policy.model_validate(fields_in(as_yaml(policy))) == policy


def test_the_text_to_be_changed_shows_what_is_as_usual_too() -> None:
    text = as_bare_yaml(POLICIES["thuong"])
    assert "extensions: {most_granted: 2, days_after: 30, days_after_higher: 7}" in text
    assert "to: [lead_unit_heads, officer]" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code: [", "line 1"),
        ("code: a\nversion: {", "line 2"),
        ("chỉ là chữ", "exactly one policy"),
        ("policies: []", "exactly one policy"),
        ("1: 2", "exactly one policy"),
        ("a: &x [1]\nb: [*x, *x]", "aliases"),
        ("[" * 2000 + "]" * 2000, "more than 20 levels in one another at line 1"),
        ("a: " + "[" * 20 + "]" * 20, "more than 20 levels"),
        ("a: 2026-99-99", "no valid YAML"),
        ("a: \x00", "no valid YAML"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        fields_in(text)
    assert told in refused.value.english


@pytest.mark.parametrize("opening", ["[", "{", "[a, ", "{a: ", "[\n", "- ", "? ", "[ [], "])
def test_what_nests_without_end_is_refused_before_it_is_read(opening: str) -> None:
    text = opening * (20_000 // len(opening))
    began = time.process_time()
    with pytest.raises(Unreadable, match=r"nhau quá 20 tầng ở dòng \d+ · more than 20 levels"):
        fields_in(text)
    assert time.process_time() - began < 3, "read whole, some of these take half a minute"


def test_twenty_levels_are_read() -> None:
    assert fields_in("a: " + "[" * 19 + "]" * 19) != {}


def test_a_policy_in_sentences() -> None:
    policy = POLICIES["thuong"]
    told = [(step.kind, step.number, step.when[0]) for step in steps(policy)]
    assert told[0] == ("reminder", 1, "trước hạn 3 ngày làm việc, lúc 08:00")
    assert told[-1] == ("escalation", 2, "sau hạn 10 ngày làm việc, lúc 08:00")
    assert steps(policy)[-1].to[0] == "người giao, văn phòng theo dõi, lãnh đạo"
    words = {name[1]: text for name, text in rules(policy)}
    assert words["The last day ends"][0] == "lúc 24:00, theo luật"
    assert words["For"][1] == "directives of urgency “Ordinary”"


def test_other_policies_in_sentences() -> None:
    policy = Policy.model_validate(
        POLICIES["giay"].model_dump()
        | {
            "sources": (SourceKind.PETITION,),
            "closing_time": "17:00",
            "begins": "issued",
            "acceptance_levels": 1,
            "extensions": ExtensionRules(most_granted=0),
            "reminders": (ReminderRung(side="before", span=seconds(90061 * 2)),),
            "escalations": (EscalationRung(level=1, span=seconds(1), to=(Audience.ISSUER,)),),
        }
    )
    words = {name[1]: text[0] for name, text in rules(policy)}
    assert words["For"] == "kiến nghị, đơn thư (mọi độ khẩn)"
    assert (words["The last day ends"], words["Extensions"]) == ("lúc 17:00", "không được gia hạn")
    assert steps(policy)[0].when == (
        "trước hạn 2 ngày 2 giờ 2 phút 2 giây",
        "2 days 2 hours 2 minutes 2 seconds before the deadline",
    )
    nearest = whom((Recipients(role=Role.UNIT_HEAD, of="issuing_unit", up=2),))
    assert nearest == (
        "thủ trưởng đơn vị gần đơn vị giao nhất, cao hơn 2 bậc",
        "head of unit nearest to the issuing unit, 2 levels up",
    )
