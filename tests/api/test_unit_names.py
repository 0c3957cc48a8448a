"""Units are shown by the name of the day, whatever they are called since."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.event_values import SYSTEM
from domain.instants import local, rfc3339
from domain.reorganising import merged, renamed
from storage.directory import revise
from tests.support.eventually import eventually
from tests.support.office import Office

NEW = "Phòng Nội vụ và Lao động"


async def shown(office: Office, directive: dict[str, Any], **params: str) -> dict[str, Any]:
    client = await office.as_("chu-tich")
    state: dict[str, Any] = (await client.get(f"/directives/{directive['id']}", params=params)).json()
    return state


async def test_a_directive_has_the_name_of_the_day_on_which_it_is_looked_at(running_office: Office) -> None:
    office = running_office
    directive = await office.issue()
    issued_at = rfc3339(datetime.now(UTC))
    assert directive["lead_unit_name"] == "Phòng Nội vụ"
    assert directive["coordinating_unit_names"] == ["Phòng Tài nguyên và Môi trường"]
    day = local(datetime.now(UTC)).date() + timedelta(days=400)
    await revise(office.pool, lambda held: renamed(held, "NV", NEW, day), SYSTEM)
    assert (await shown(office, directive))["lead_unit_name"] == "Phòng Nội vụ", "the day has not come"
    await office.pool.execute("update unit_spells set since = $1 where name = $2", date(2026, 1, 1), NEW)

    async def newly_named() -> bool:
        return bool((await shown(office, directive))["lead_unit_name"] == NEW)

    await eventually(newly_named)
    assert (await shown(office, directive, at=issued_at))["lead_unit_name"] == NEW, (
        "by the day, not by when it was entered"
    )


async def test_events_and_ended_directives_keep_the_names_of_their_day(running_office: Office) -> None:
    office = running_office
    directive = await office.issue(coordinating_units=[])
    assert (await office.do("chu-tich", "withdraw", directive, reason="Trùng")).status_code == 200
    day = local(datetime.now(UTC)).date() + timedelta(days=2)
    await revise(office.pool, lambda held: renamed(held, "NV", NEW, day), SYSTEM)
    await revise(office.pool, lambda held: merged(held, ["NV"], "TNMT", day + timedelta(days=2)), SYSTEM)
    client = await office.as_("chu-tich")
    events = (await client.get(f"/directives/{directive['id']}/events")).json()["items"]
    assert events[0]["unit_names"] == {"NV": "Phòng Nội vụ", "UBQ": "Ủy ban nhân dân quận"}
    assert events[0]["data"]["lead_unit"] == "NV"
    assert (await shown(office, directive))["lead_unit_name"] == "Phòng Nội vụ"
