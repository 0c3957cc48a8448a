"""GET /office/policies and /office/policies/{code}: the rules in force in sentences, and how each came to be what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.office.rights import Keeping, required
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain import policy_words
from domain.event_values import Actor
from domain.keeping import Kept
from domain.policy import Policy, Urgency
from domain.policy_changes import PolicyChange, changes_between
from domain.policy_document import as_bare_yaml
from domain.registries import PolicyAdopted, Registry
from storage.reference import Reference
from storage.registries import history

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Version:
    """A version of a policy: what it changed against the one before it, and who adopted it when; None where no event says so."""

    policy: Policy
    change: PolicyChange
    actor: Actor | None
    at: datetime | None


@router.get("/office/policies")
async def policies(request: Request, visitor: Keeping) -> Response:
    """All policies, as they are in force."""
    required(visitor, Kept.DIRECTORY)
    reference = await services_of(request).reference.current()
    counts = {code: sum(one.code == code for one in reference.policy_versions.values()) for code in reference.policies}
    return page(
        request,
        "office/policies.html",
        visitor=visitor,
        policies=sorted(reference.policies.values(), key=_by_urgency),
        counts=counts,
        words=policy_words,
    )


@router.get("/office/policies/{code}")
async def policy(
    request: Request, visitor: Keeping, code: str, done: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """One policy with all its versions, the newest first."""
    required(visitor, Kept.DIRECTORY)
    services = services_of(request)
    reference = await services.reference.current()
    return page(
        request,
        "office/policy.html",
        visitor=visitor,
        policy=in_force(reference, code),
        versions=await _versions(services, reference, code),
        words=policy_words,
        document=as_bare_yaml(in_force(reference, code)),
        may_change=visitor.may_keep(Kept.POLICIES),
        done=done,
        named=field_named(visitor),
    )


def _by_urgency(one: Policy) -> tuple[int, str]:
    """The policies of the urgencies first, the ordinary one before all others."""
    order = [*Urgency]
    return (order.index(Urgency(one.code)) if one.code in order else len(order), one.code)


def in_force(reference: Reference, code: str) -> Policy:
    """The policy in force under a code; Problem 404 where there is none."""
    found = reference.policies.get(code)
    if found is None:
        raise Problem(404, "not_found")
    return found


async def _versions(services: Services, reference: Reference, code: str) -> list[Version]:
    adopted: dict[str, tuple[Actor, datetime]] = {
        event.data.policy: (event.actor, event.occurred_at)
        for _, event in await history(services.pool, Registry.POLICIES)
        if isinstance(event.data, PolicyAdopted)
    }
    found: list[Version] = []
    before: Mapping[str, Policy] = {}
    for one in sorted((p for p in reference.policy_versions.values() if p.code == code), key=lambda p: p.version):
        [change] = changes_between(before, [one])
        found.append(Version(one, change, *adopted.get(one.label, (None, None))))
        before = {code: one}
    return found[::-1]


_PARTS: Mapping[str, tuple[str, str]] = {
    "name_vi": ("tên", "name in Vietnamese"),
    "name_en": ("tên tiếng Anh", "name in English"),
    "closing_time": ("giờ hết ngày cuối", "end of the last day"),
    "notice_time": ("giờ nhắc", "time of notices"),
    "due_soon": ("sắp đến hạn", "due soon"),
    "acceptance_levels": ("số cấp nghiệm thu", "levels of acceptance"),
    "begins": ("bắt đầu thực hiện", "work begins"),
    "urgency": ("độ khẩn", "urgency"),
    "sources": ("loại văn bản", "source documents"),
    "extensions": ("gia hạn", "extensions"),
    "most_granted": ("số lần nhiều nhất", "most granted"),
    "days_after": ("số ngày sau hạn", "days after the deadline"),
    "days_after_higher": ("số ngày sau hạn nếu cấp trên giao", "days after, for a higher authority"),
    "stop_clock": ("dừng đồng hồ", "stopped time"),
    "suspension": ("bù tạm hoãn", "suspension given back"),
    "decline": ("bù trả lại", "decline given back"),
    "longest_days": ("số ngày dài nhất", "most days"),
    "reminders": ("đôn đốc", "reminder"),
    "escalations": ("báo cáo vượt cấp", "escalation"),
    "side": ("trước hay sau hạn", "before or after"),
    "span": ("khoảng cách", "distance"),
    "working_days": ("số ngày làm việc", "working days"),
    "duration": ("thời gian", "duration"),
    "to": ("báo cho", "who is told"),
    "level": ("cấp", "level"),
}


def field_named(visitor: Visitor) -> "dict[str, str]":
    """What the parts of a field's name are called."""
    return {part: words[visitor.language == "en"] for part, words in _PARTS.items()}
