"""GET /audit/reconciliation: the latest differences, for auditors and administrators only."""

from uuid import UUID, uuid4

from storage.reconciliation import keep_difference
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
