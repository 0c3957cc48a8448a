"""The pages of the office and of administrators: units, people with their sign-ins, the working calendar, the policies."""

from fastapi import APIRouter

from api.pages.office import (
    calendar,
    calendar_change,
    first,
    people,
    person,
    policies,
    policy_change,
    sign_ins,
    units,
)

router = APIRouter(include_in_schema=False)
for part in (first, units, people, person, sign_ins, calendar, calendar_change, policies, policy_change):
    router.include_router(part.router)
