"""`dondoc up`: says where everything is, and is what the other commands work with."""

import json

import httpx
import pytest
import yaml

from tests.acceptance.house import House
from tests.support.command_line import dondoc_process
from tests.support.office import ISSUE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

STEPS = ("starting Temporal", "starting PostgreSQL", "migrated: 01_record", "starting API and worker", "Ctrl-C")


async def test_it_tells_its_steps_on_stderr_and_where_everything_is_on_stdout(up: House) -> None:
    ready, api, temporal = up.out.splitlines()
    assert ready == f"Đôn Đốc sẵn sàng · ready: {up.url}"
    places = [up.err.index(step) for step in STEPS]
    assert places == sorted(places)
    async with httpx.AsyncClient() as client:
        for line in (api, temporal):
            assert (await client.get(line.split()[-1], follow_redirects=True)).status_code == 200


async def test_what_others_need_to_know_stands_in_the_folder(up: House) -> None:
    noted = json.loads((up.data / "run.json").read_text())
    assert up.process is not None
    assert (noted["pid"], noted["url"]) == (up.process.pid, up.url)
    assert set(up.processes()) == {"postgres", "temporal", "worker.py", "cli.py api"}
    for name in ("worker", "api"):
        assert all(line["program"] == name for line in up.log(name))
    assert up.log("worker")[0]["event"] == "worker.started"


async def test_worker_and_api_serve_metrics_side_by_side(up: House) -> None:
    first = int(up.environment["DONDOC_METRICS_PORT"])
    async with httpx.AsyncClient() as client:
        worker, sdk, api = [(await client.get(f"http://127.0.0.1:{first + n}/metrics")).text for n in range(3)]
    assert "python_info" in worker
    assert "temporal_" in sdk
    assert "dondoc_command_seconds" in api


async def test_a_second_one_on_the_folder_says_so_and_changes_nothing(up: House) -> None:
    before = up.processes()
    second = dondoc_process("up", "--data", str(up.data), "--port", "0")
    assert up.process is not None
    second.ended(1, up.url, f"process {up.process.pid}", "--data")
    assert second.out == ""
    assert up.processes() == before


async def test_doctor_finds_nothing_wrong(up: House) -> None:
    found = {finding["what"]: finding["state"] for finding in await up.told("doctor")}
    assert {what for what, state in found.items() if state != "ok"} == {"OpenID", "SMTP"}


async def test_a_directive_is_issued_worked_on_and_replayed(up: House) -> None:
    file = up.data.with_suffix(".yaml")
    file.write_text(yaml.safe_dump(ISSUE, allow_unicode=True), encoding="utf-8")
    (issued,) = await up.told("issue", str(file), "--as", "chu-tich")
    for who, command, *fields in (
        ("tp-noi-vu", "acknowledge"),
        ("cv-noi-vu", "report-progress", "percent=60", "note=đã có dự thảo"),
        ("cv-noi-vu", "report-completion", "result=Báo cáo số 12"),
        ("tp-noi-vu", "approve-completion"),
        ("chu-tich", "accept"),
    ):
        if who == "cv-noi-vu" and command == "report-progress":
            await up.told("do", "assign-officer", issued["code"], "officer=cv-noi-vu", "--as", "tp-noi-vu")
        await up.told("do", command, issued["code"], *fields, "--as", who)
    shown = await up.told("show", issued["code"])
    assert (shown["phase"], shown["status_cell"]) == ("completed", "completed_in_time")
    history = await up.told("replay", issued["code"])
    assert [(step["actor"]["user"], step["type"]) for step in history] == [
        ("chu-tich", "DirectiveIssued"),
        ("tp-noi-vu", "DirectiveAcknowledged"),
        ("tp-noi-vu", "OfficerAssigned"),
        ("cv-noi-vu", "ProgressReported"),
        ("cv-noi-vu", "CompletionReported"),
        ("tp-noi-vu", "CompletionApproved"),
        ("chu-tich", "CompletionAccepted"),
    ]
    recorded = {line["position"] for line in up.log("worker") if line.get("directive_id") == issued["id"]}
    assert recorded == {step["global_position"] for step in history}


async def test_files_lie_in_the_folder(up: House) -> None:
    order, sent, back = (up.data.with_suffix(suffix) for suffix in (".yaml", ".csv", ".back"))
    order.write_text(yaml.safe_dump(ISSUE, allow_unicode=True), encoding="utf-8")
    sent.write_text("STT,Hồ sơ\n1,A\n", encoding="utf-8")
    (issued,) = await up.told("issue", str(order), "--as", "chu-tich")
    (one,) = (await up.told("attach", issued["code"], str(sent), "--as", "tp-noi-vu"))["attachments"]
    await up.told("file", issued["code"], one["name"], "-o", str(back), "--as", "chu-tich")
    kept = up.data / "objects" / one["sha256"][:2] / one["sha256"][2:]
    assert kept.read_bytes() == back.read_bytes() == sent.read_bytes()
