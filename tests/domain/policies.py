"""The policies of the tests: the default set of the project, and one that runs through its ladder within seconds."""

from datetime import timedelta
from importlib.resources import files

import yaml

from domain.policy import Audience, EscalationRung, Policy, ReminderRung, Span


def seconds(count: float) -> Span:
    """A span of so many seconds."""
    return Span(duration=timedelta(seconds=count))


def default_policies() -> tuple[Policy, ...]:
    """The set that the project ships."""
    text = files("domain").joinpath("policies/default.yaml").read_text(encoding="utf-8")
    return tuple(Policy.model_validate(entry) for entry in yaml.safe_load(text)["policies"])


SECONDS = Policy(
    code="giay",
    version=1,
    name_vi="Từng giây",
    name_en="By the second",
    due_soon=seconds(2),
    reminders=(
        ReminderRung(side="before", span=seconds(3)),
        ReminderRung(side="before", span=seconds(1)),
        ReminderRung(side="after", span=seconds(1)),
        ReminderRung(side="after", span=seconds(3)),
    ),
    escalations=(
        EscalationRung(level=1, span=seconds(2), to=(Audience.ISSUER, Audience.OFFICE)),
        EscalationRung(level=2, span=seconds(4), to=(Audience.ISSUER, Audience.OFFICE, Audience.LEADERS)),
    ),
)
"""With the deadline at second 10: reminders at 7, 9, 11 and 13, escalations at 12 and 14, due soon from 8."""

ONE_LEVEL = SECONDS.model_copy(update={"code": "giay-mot-cap", "acceptance_levels": 1})
"""The same, but the issuer alone accepts."""

POLICIES = {policy.code: policy for policy in (*default_policies(), SECONDS, ONE_LEVEL)}
