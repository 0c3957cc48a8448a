"""What is sent to decide on a substitution, or to end one."""

from domain.days import Day
from domain.model import Value
from domain.text import Code, Line


class SubstitutionBody(Value):
    """Who acts for whom, from the first to the last day, both included; without `absent`, for the caller."""

    absent: Code | None = None
    substitute: Code
    first_day: Day
    last_day: Day
    decision_number: Line | None = None


class SubstitutionEndBody(Value):
    """The last day of a substitution that ends early; without it, it ends at once."""

    last_day: Day | None = None
    decision_number: Line | None = None
