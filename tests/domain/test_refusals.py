"""A refusal has a stable code, and words for people in two languages."""

import pytest

from domain.refusals import Code, Refusal, refuse

STABLE = """
four_clear_incomplete classified_refused unknown_unit unknown_officer unknown_policy coordinating_is_lead
unit_named_twice unknown_parent deadline_in_past deadline_too_far deadline_unchanged officer_unchanged
extension_pending extension_not_pending extension_not_later extension_too_late extensions_used_up no_deadline_to_extend
own_request unit_unchanged unit_ambiguous not_coordinating not_subordinate delegation_cycle parent_closed open_subdirectives
deadline_past_parent deadline_before_subdirectives suspension_in_past suspension_too_long same_person
officer_taken no_officer nobody_to_choose
not_permitted not_possible_now approval_missing stale_version already_issued unknown_directive idempotency_key_reused
unknown_file unknown_attachment file_name_refused file_already_attached too_many_files
calendar_day_off calendar_day_worked calendar_day_twice calendar_day_decided calendar_day_too_far
calendar_decision_known calendar_decision_unknown
unknown_recurrence unknown_placeholder unknown_period period_out_of_reach too_many_periods no_period_left
recurrence_not_in_status
"""


PARAMS = """
missing unit parent officer policy due_at years percent reported user command phase possible version expected
day decision
placeholders period example first last count most recurrence_status
number last_day days rule granted units over subdirectives parent_due_at until longest by name ended_on successor successor_name
sha256 file_name media_type extensions limit
"""


def test_codes_never_go_away() -> None:
    assert {*STABLE.split()} <= {*Code}


@pytest.mark.parametrize("code", Code)
def test_every_code_has_words_in_both_languages(code: Code) -> None:
    vietnamese, english = (
        refuse(code, **dict.fromkeys(PARAMS.split(), "…")).message(language) for language in ("vi", "en")
    )
    assert vietnamese != english
    assert "{" not in vietnamese + english


def test_several_values_are_listed() -> None:
    refusal = refuse(Code.FOUR_CLEAR_INCOMPLETE, missing=("time", "result"))
    assert "time, result" in refusal.message("vi")
    assert refusal.message("en").startswith("The four-clear gate is not met: missing time, result.")


def test_words_of_a_sender_are_never_taken_for_a_pattern() -> None:
    assert "{phase}" in refuse(Code.UNKNOWN_UNIT, unit="{phase}").message("en")


def test_a_refusal_survives_its_json() -> None:
    refusal = refuse(Code.NOT_POSSIBLE_NOW, command="accept", phase="issued", possible=("comment", "withdraw"))
    assert Refusal.model_validate_json(refusal.model_dump_json()) == refusal
