"""The names beside the codes, as functions of a day."""

from datetime import date, datetime, timedelta

from api.unit_names import units_of_event, units_of_state
from domain.directory_fold import changed
from domain.reorganising import merged, renamed
from domain.validity import DatedDirectory
from tests.domain.clock import START
from tests.domain.district import UNITS
from tests.domain.happenings import issued, withdrawn
from tests.domain.spec import given

NEW = "Phòng Nội vụ và Lao động"
DISTRICT = DatedDirectory.always(UNITS)
LATER = date(2026, 4, 1)
HELD = changed(DISTRICT, renamed(DISTRICT, "NV", NEW, LATER))
HELD = changed(HELD, merged(HELD, ["NV"], "TNMT", date(2026, 5, 1)))


def names_at(now: datetime, *, closed: bool) -> str:
    story = given(issued(), *([withdrawn(5)] if closed else []))
    return str(units_of_state(story.now, now, HELD)["lead_unit_name"])


def test_an_open_directive_has_the_name_of_the_day_looked_at() -> None:
    days = [timedelta(days=n) for n in (0, 29, 30, 90)]
    assert [names_at(START + day, closed=False) for day in days] == ["Phòng Nội vụ", "Phòng Nội vụ", NEW, NEW]


def test_an_ended_directive_keeps_the_name_of_its_day() -> None:
    assert names_at(START + timedelta(days=90), closed=True) == "Phòng Nội vụ"


def test_an_event_names_every_unit_in_it_as_it_was_called_then() -> None:
    written = {
        "occurred_at": "2026-04-02T02:00:00.000000Z",
        "actor": {"user": "UBQ", "unit": "VP", "over": "UBQ", "name": "NV"},
        "data": {
            "lead_unit": "TNMT",
            "coordinating_units": ["NV", "KHONG-CO"],
            "text": "P-A",
            "succeeded": [{"from_unit": "P-B", "to_unit": "NV"}],
        },
    }
    assert units_of_event(written, HELD) == {
        "VP": "Văn phòng",
        "UBQ": "Ủy ban nhân dân quận",
        "TNMT": "Phòng Tài nguyên và Môi trường",
        "NV": NEW,
        "P-B": "Phường B",
    }
