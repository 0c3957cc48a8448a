"""The directory as the caller sees it, and the caller themselves."""

from tests.domain.district import UNITS
from tests.support.office import Office


async def test_units_come_in_the_order_of_the_directory(shared: Office) -> None:
    for who in ("chu-tich", "cv-nv", "kiem-tra"):
        items = (await (await shared.as_(who)).get("/units")).json()["items"]
        assert [item["code"] for item in items] == [unit.code for unit in UNITS]
    assert items[2] == {"code": "NV", "name": "Phòng Nội vụ", "aliases": [], "kind": "department", "parent": "UBQ"}


async def test_the_caller_and_what_they_see(shared: Office) -> None:
    head = (await (await shared.as_("tp-nv")).get("/me")).json()
    assert (head["username"], head["full_name"], head["unit"]) == ("tp-nv", "Đồng chí tp-nv", "NV")
    assert head["roles"] == [{"role": "unit_head", "unit": "NV"}]
    assert head["visible_units"] == ["NV"]
    leader = (await (await shared.as_("chu-tich")).get("/me")).json()
    assert leader["visible_units"] == sorted(unit.code for unit in UNITS)
