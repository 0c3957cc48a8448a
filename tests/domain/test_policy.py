"""A policy that contradicts itself is refused; the set that the project ships holds together."""

from datetime import time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.directory import Role
from domain.policy import (
    Audience,
    PoliciesContradict,
    Policy,
    Recipients,
    SourceKind,
    Span,
    Urgency,
    applicable,
    check_together,
)
from tests.domain.policies import default_policies

MINUTE = {"duration": "PT1M"}


def policy(**fields: Any) -> Policy:
    return Policy.model_validate({"code": "thu", "version": 1, "name_vi": "Thử", "name_en": "Trial"} | fields)


def rung(level: int, **fields: Any) -> dict[str, Any]:
    return {"level": level, "span": MINUTE, "to": ["office"]} | fields


@pytest.mark.parametrize(
    "fields",
    [
        {"escalations": [rung(2), rung(1)]},
        {"escalations": [rung(1), rung(1)]},
        {"escalations": [rung(0)]},
        {"escalations": [rung(1, side="before")]},
        {"escalations": [{"level": 1, "span": MINUTE}]},
        {"escalations": [rung(1, to=["everyone"])]},
        {"reminders": [{"side": "around", "span": MINUTE}]},
        {"reminders": [{"side": "before", "span": {}}]},
        {"reminders": [{"side": "before", "span": {"working_days": 1, "duration": "PT1M"}}]},
        {"due_soon": {"working_days": 0}},
        {"acceptance_levels": 0},
        {"acceptance_levels": 3},
        {"version": 0},
        {"code": "có dấu"},
        {"name_vi": ""},
        {"colour": "red"},
    ],
)
def test_a_contradiction_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"working_days": 1, "duration": "PT1S"},
        {"working_days": 0},
        {"working_days": 367},
        {"duration": "PT0S"},
        {"duration": "-PT1S"},
        {"duration": "P367D"},
        {"duration": "soon"},
    ],
)
def test_a_span_has_one_unit_and_a_sensible_length(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Span.model_validate(fields)


def test_a_span_goes_down_to_seconds() -> None:
    assert Span.model_validate({"duration": "PT0.5S"}).duration == timedelta(milliseconds=500)


def test_what_is_left_out_is_what_the_law_says() -> None:
    plain = policy()
    assert (plain.closing_time, plain.notice_time, plain.acceptance_levels) == (None, time(8), 2)
    assert (plain.due_soon, plain.reminders, plain.escalations) == (Span(working_days=2), (), ())


def test_reminders_go_to_the_unit_and_escalations_come_after_the_deadline() -> None:
    both = policy(reminders=[{"side": "after", "span": MINUTE}], escalations=[rung(1), rung(3)])
    assert both.reminders[0].to == (Audience.LEAD_UNIT_HEADS, Audience.OFFICER)
    assert [(step.side, step.level) for step in both.escalations] == [("after", 1), ("after", 3)]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"reminders": [{"side": "before", "span": MINUTE, "to": []}]}, "reminder 1 tells nobody"),
        ({"escalations": [rung(1, to=[])]}, "escalation of level 1 tells nobody"),
        ({"reminders": [{"side": "before", "span": MINUTE}] * 2}, "reminder 2 comes at the same time"),
        ({"closing_time": "17:00", "notice_time": "17:00"}, "notices would come when the day is over"),
        ({"urgency": "khan"}, "urgency narrows sources"),
        ({"sources": ["petition", "petition"]}, "a source is named twice"),
        ({"extensions": {"days_after": 5, "days_after_higher": 7}}, "higher authority's directive cannot be open"),
        (
            {"escalations": [rung(1, span={"working_days": 3}), rung(2, span={"working_days": 2})]},
            "level 2 is not told before",
        ),
        ({"escalations": [rung(1, span={"working_days": 9}), rung(2)]}, "level 2 is not told before level 1"),
        (
            {"escalations": [rung(1, span={"duration": "PT9H"}), rung(2, span={"working_days": 1})]},
            "level 2 is not told",
        ),
    ],
)
def test_a_contradiction_is_refused_with_its_reason(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        policy(**fields)


def test_recipients_are_named_by_role_and_place_in_the_tree() -> None:
    up = {"role": "leader", "of": "issuing_unit", "up": 1}
    (step,) = policy(escalations=[rung(1, to=["office", up])]).escalations
    assert step.to == (Audience.OFFICE, Recipients(role=Role.LEADER, of="issuing_unit", up=1))
    with pytest.raises(ValidationError):
        policy(escalations=[rung(1, to=[{"role": "leader", "up": 11}])])


def test_the_closest_fit_applies_where_the_issuer_names_no_policy() -> None:
    petitions = policy(code="don-thu", sources=["petition"])
    pressing = policy(code="don-thu-khan", sources=["petition", "dispatch"], urgency="khan")
    held = (*default_policies(), petitions, pressing)
    assert applicable(held, Urgency.KHAN, SourceKind.PETITION) == "don-thu-khan"
    assert applicable(held, Urgency.THUONG, SourceKind.PETITION) == "don-thu"
    assert applicable(held, Urgency.KHAN, SourceKind.DISPATCH) == "don-thu-khan"
    assert applicable(held, Urgency.THUONG, SourceKind.DISPATCH) == "thuong"
    assert applicable(held, Urgency.HOA_TOC, None) == "hoa_toc"


def test_two_policies_do_not_claim_the_same_directives() -> None:
    check_together([*default_policies(), policy(code="a", sources=["petition"]), policy(code="b", sources=["plan"])])
    one, other = (policy(code=code, sources=["petition"], urgency="khan") for code in ("a", "b"))
    with pytest.raises(PoliciesContradict, match="a and b both claim khan, petition"):
        check_together([one, other])


def test_a_policy_stored_before_there_were_such_rules_reads_with_their_defaults() -> None:
    stored = '{"code":"thu","version":1,"name_vi":"Thử","name_en":"Trial","acceptance_levels":2}'
    old = Policy.model_validate_json(stored)
    assert (old.extensions.most_granted, old.extensions.days_after, old.extensions.days_after_higher) == (2, 30, 7)
    assert (old.stop_clock.suspension, old.stop_clock.decline, old.sources) == (True, False, ())


def test_events_name_a_policy_with_its_version() -> None:
    assert policy(version=4).label == "thu@4"


def test_the_shipped_set_has_one_policy_for_each_urgency() -> None:
    shipped = default_policies()
    assert [entry.code for entry in shipped] == list(Urgency)
    assert {entry.version for entry in shipped} == {1}


@pytest.mark.parametrize("shipped", default_policies(), ids=lambda entry: entry.code)
def test_a_shipped_policy_reminds_before_and_after_and_tells_two_levels(shipped: Policy) -> None:
    assert {step.side for step in shipped.reminders} == {"before", "after"}
    assert [step.level for step in shipped.escalations] == [1, 2]
    assert all(Audience.LEADERS in step.to for step in shipped.escalations if step.level == 2)
    assert shipped.acceptance_levels == 2


def test_the_ordinary_policy_tells_the_next_level_after_more_than_three_reminders() -> None:
    ordinary = default_policies()[0]
    level_one = ordinary.escalations[0].span.working_days or 0
    days_after = [step.span.working_days or 0 for step in ordinary.reminders if step.side == "after"]
    assert sum(days < level_one for days in days_after) == 3


@pytest.mark.parametrize("shipped", default_policies(), ids=lambda entry: entry.code)
def test_a_policy_survives_its_own_json(shipped: Policy) -> None:
    assert Policy.model_validate_json(shipped.model_dump_json()) == shipped
