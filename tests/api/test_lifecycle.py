"""The straight road of a directive through HTTP: issued, taken on, reported, accepted."""

from tests.support.office import Office


async def test_a_directive_goes_from_issue_to_acceptance(running_office: Office) -> None:
    directive = await running_office.issue()
    assert directive["phase"] == "issued"
    assert directive["code"].endswith("/0001")
    for by, command, body, phase in (
        ("tp-nv", "acknowledge", {}, "in_progress"),
        ("tp-nv", "assign-officer", {"officer": "cv-nv"}, "in_progress"),
        ("cv-nv", "report-progress", {"percent": 40, "note": "đã rà soát 40 hồ sơ"}, "in_progress"),
        ("cv-nv", "report-completion", {"result": "Báo cáo số 12"}, "awaiting_acceptance"),
        ("tp-nv", "approve-completion", {}, "awaiting_acceptance"),
        ("chu-tich", "accept", {}, "completed"),
    ):
        answer = await running_office.do(by, command, directive, **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["phase"] == phase
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    assert (await running_office.show(directive))["status_cell"] == "completed_in_time"
    assert await running_office.types(directive) == [
        "DirectiveIssued",
        "DirectiveAcknowledged",
        "OfficerAssigned",
        "ProgressReported",
        "CompletionReported",
        "CompletionApproved",
        "CompletionAccepted",
    ]
