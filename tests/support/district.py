"""The test district as it is loaded into databases: the domain tests' own, with mail addresses."""

from tests.domain.district import PEOPLE as BARE_PEOPLE
from tests.domain.district import UNITS
from tests.domain.policies import POLICIES as BY_CODE

PEOPLE = tuple(p.model_copy(update={"email": f"{p.username}@van-xuan.example"}) for p in BARE_PEOPLE)
POLICIES = tuple(BY_CODE.values())

__all__ = ["PEOPLE", "POLICIES", "UNITS"]
