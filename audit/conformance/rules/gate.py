"""The four-clear gate (bốn rõ): person, work, time and result, present or waived by name."""

from collections.abc import Iterator

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.finding import Finding, judged
from domain.terms import ClearPoint


def four_clear(course: Course, _: Rulebook) -> Iterator[Finding]:
    """What was issued names its unit and its work; time and result too, unless they are waived by name."""
    issued, entry = course.issued, course.history.entries[0]
    waived = {waiver.item for waiver in issued.waivers}
    present = {
        ClearPoint.PERSON: bool(issued.lead_unit),
        ClearPoint.WORK: bool(issued.title and issued.content),
        ClearPoint.TIME: bool(issued.plan.due_at or issued.no_deadline_because) or ClearPoint.TIME in waived,
        ClearPoint.RESULT: bool(issued.expected_result) or ClearPoint.RESULT in waived,
    }
    missing = ", ".join(point for point, there in present.items() if not there)
    yield judged(not missing, f"thiếu: {missing}", f"missing: {missing}", entry, policy=issued.plan.policy_version)
