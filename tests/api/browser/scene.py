"""What the browsers look at: a few directives of the shared office, each somewhere else on its way."""

from dataclasses import dataclass
from typing import Any

from storage.outbox import DeliveryState, claim_deliveries, queue_deliveries, settle_delivery
from storage.webhooks import add_webhook
from tests.support.office import Office


@dataclass(frozen=True)
class Scene:
    """Numbers of directives, as addresses have them, by what they are there for."""

    numbers: dict[str, str]


_TASKS = (
    ("Kiểm tra, xử lý xe dừng đỗ sai quy định trên phố Kim Mã", "P-A", 3, "khan"),
    ("Giải quyết dứt điểm 12 đơn thư tồn đọng", "TNMT", 6, "thuong"),
    ("Rà soát hộ nghèo, hộ cận nghèo cuối năm", "P-B", 8, "thuong"),
    ("Báo cáo giải ngân vốn đầu tư công quý IV", "NV", 4, "thuong_khan"),
    ("Thống kê cây xanh có nguy cơ gãy đổ", "TNMT", 12, "thuong"),
    ("Chuẩn bị tiếp xúc cử tri trước kỳ họp", "VP", 2, "khan"),
    ("Sắp xếp lại các điểm tập kết rác", "P-A", 15, "thuong"),
    ("Tổng kết phong trào thi đua năm 2026", "NV", 20, "thuong"),
)
"""Title, lead unit, working days, urgency."""


async def set_scene(office: Office) -> Scene:
    """Issue them and bring them to where they are."""
    shared = {"content": "Theo kết luận của Chủ tịch tại giao ban tuần.", "expected_result": "Báo cáo kết quả"}
    bodies = [
        {"title": title, "lead_unit": unit, "deadline": {"working_days": days}, "urgency": urgency, **shared}
        for title, unit, days, urgency in _TASKS
    ]
    source = {"kind": "conclusion_notice", "number": "98/TB-UBND", "issued_on": "2026-11-16"}
    answer = await (await office.as_("chu-tich")).post("/directives", json={"directives": bodies, "source": source})
    assert answer.status_code == 201, answer.text
    told, _ = await add_webhook(
        office.pool, "https://dieu-hanh.example/nhan/dondoc", ("DirectiveIssued",), with_content=False, by="quan-tri"
    )
    fresh = await office.issue(title="Rà soát hồ sơ đất đai quá hạn phường A", urgency="khan")
    working = await office.issue(
        title="Báo cáo phương án chỉnh trang vỉa hè phố Quán Thánh",
        source={"kind": "conclusion_notice", "number": "112/TB-UBND", "issued_on": "2026-11-20"},
    )
    await office.do("tp-nv", "acknowledge", working)
    await office.do("tp-nv", "report-progress", working, percent=45, note="Đã khảo sát")
    await office.do("tp-nv", "request-extension", working, deadline={"working_days": 20}, reason="Chờ số liệu")
    done = await office.issue(title="Số hoá hồ sơ hộ tịch giai đoạn 2000–2015")
    await office.do("tp-nv", "acknowledge", done)
    await office.do("tp-nv", "report-completion", done, result="Đã số hoá 100% hồ sơ")
    await office.do("chu-tich", "accept", done)
    waiting = await office.issue(title="Kiểm tra an toàn PCCC chợ dân sinh")
    await office.do("tp-nv", "acknowledge", waiting)
    await office.do("tp-nv", "report-completion", waiting, result="Đã kiểm tra 12 chợ")
    await queue_deliveries(office.pool, told)
    outcomes: tuple[tuple[DeliveryState, int, str | None], ...] = (
        ("sent", 204, None),
        ("dead", 500, "HTTP 500 hết chỗ"),
    )
    for due, (state, answered, error) in zip(await claim_deliveries(office.pool, told, 2), outcomes, strict=True):
        await settle_delivery(office.pool, told, due.position, state, answered=answered, error=error)
    held: dict[str, dict[str, Any]] = {"fresh": fresh, "working": working, "done": done, "waiting": waiting}
    return Scene({name: one["code"].replace("/", "-") for name, one in held.items()})
