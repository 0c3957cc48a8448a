"""GET /audit/reconciliation: the latest differences, for auditors and administrators only."""

from uuid import UUID, uuid4

from domain.directory import Role
from storage.directory import import_people
from storage.reconciliation import keep_difference
from tests.domain.district import person
from tests.support.office import Office


async def test_auditors_read_what_the_workers_found(shared: Office) -> None:
    directive = await shared.issue()
    known, unknown = UUID(directive["id"]), uuid4()
    await keep_difference(shared.pool, (known, "answer_lost", "run", 7, 12, "mất", "lost"))
    await keep_difference(shared.pool, (unknown, "stray_execution", "", 0, 0, "thừa", "stray"))
    for reader in ("kiem-tra", "quan-tri"):
        answer = await (await shared.as_(reader)).get("/audit/reconciliation")
        assert answer.status_code == 200
        found = {item["directive"]: item for item in answer.json()["items"]}
        lost, stray = found[str(known)], found[str(unknown)]
        assert (lost["code"], lost["kind"], lost["history_event"], lost["position"]) == (
            directive["code"],
            "answer_lost",
            7,
            12,
        )
        assert lost["detail"] == {"vi": "mất", "en": "lost"}
        assert lost["kind_name"]["en"] == "answered, but not in the record"
        assert (stray["code"], stray["run_id"], stray["position"]) == (None, None, None)
    for other in ("chu-tich", "tp-nv"):
        refused = await (await shared.as_(other)).get("/audit/reconciliation")
        assert (refused.status_code, refused.json()["code"]) == (403, "auditors_only")
    wrong = await (await shared.as_("kiem-tra")).get("/audit/reconciliation", params={"limit": 0})
    assert wrong.status_code == 422


async def test_a_page_of_an_auditor_of_a_unit_is_filled_with_differences_of_that_unit(shared: Office) -> None:
    auditor = f"kiem-tra-{uuid4().hex[:8]}"
    await import_people(shared.pool, [person(auditor, Role.AUDITOR, "NV")])
    own = await shared.issue(coordinating_units=[])
    other = await shared.issue(lead_unit="P-A", coordinating_units=[])
    for directive in (own, other):
        await keep_difference(shared.pool, (UUID(directive["id"]), "answer_lost", "run", 7, 12, "mất", "lost"))
    pages = {}
    for reader in ("kiem-tra", auditor):
        answer = await (await shared.as_(reader)).get("/audit/reconciliation", params={"limit": 1})
        pages[reader] = [item["code"] for item in answer.json()["items"]]
    assert pages == {"kiem-tra": [other["code"]], auditor: [own["code"]]}
