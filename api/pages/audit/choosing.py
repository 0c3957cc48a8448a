"""What a bundle is to hold, as a form says it: directives by number, of a document, of a unit, or all events of some days."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from api.auditing import audits_all
from api.bundling import Chosen
from api.lookup import directive_for
from api.pages.audit.days import day_in, month_in
from api.pages.forms import Filled
from api.pages.visitor import Visitor
from api.problems import Problem
from api.services import Services
from audit.bundle.selection import Positions
from domain.instants import at_local
from domain.wording import Language
from storage.bundle import directives_chosen, directives_of_units, first_recorded_from, last_recorded_before

MOST_NUMBERS = 200
_SAFE = re.compile(r"[^\w-]+")

Words = tuple[str, str]
NEEDED: Words = ("Cần nhập.", "Needed.")


class Faulty(Exception):
    """A form that cannot be understood: what is wrong by the names of the inputs."""

    def __init__(self, **faults: Words) -> None:
        super().__init__(*faults)
        self.faults = faults

    def said(self, language: Language) -> dict[str, str]:
        """In one language."""
        return {
            name: english if language == "en" else vietnamese for name, (vietnamese, english) in self.faults.items()
        }


@dataclass(frozen=True)
class _Months:
    """A span of months by which directives were issued; None where it is open."""

    since: datetime | None
    until: datetime | None
    told: str


async def chosen_by(form: Filled, visitor: Visitor, services: Services) -> Chosen:
    """The choice, of what the visitor may see. Faulty."""
    match form.value("kind"):
        case "numbers":
            return await _by_numbers(form, visitor, services)
        case "source":
            return await _by_source(form, visitor, services)
        case "unit":
            return await _by_unit(form, visitor, services)
        case "days" if audits_all(visitor.caller):
            return await _by_days(form, services)
        case _:
            raise Faulty(kind=("Hãy chọn một cách.", "Choose one way."))


async def _by_numbers(form: Filled, visitor: Visitor, services: Services) -> Chosen:
    numbers = list(dict.fromkeys(re.split(r"[\s,;]+", form.value("numbers").strip())))
    if numbers == [""]:
        raise Faulty(numbers=NEEDED)
    if len(numbers) > MOST_NUMBERS:
        raise Faulty(numbers=(f"Nhiều nhất {MOST_NUMBERS} số.", f"At most {MOST_NUMBERS} numbers."))
    found, missing = {}, []
    for number in numbers:
        try:
            state = (await directive_for(visitor.caller, number, services)).state
            found[state.id] = state.code
        except Problem:
            missing.append(number[:40])
    if missing:
        listed = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
        vietnamese = f"Không có, hoặc ngoài phạm vi của bạn: {listed}."
        raise Faulty(numbers=(vietnamese, f"Not there, or not in your sight: {listed}."))
    codes = sorted(found.values())
    name = codes[0].replace("/", "-") + (f"-va-{len(codes) - 1}-nhiem-vu" if len(codes) > 1 else "")
    return Chosen(f"nhiệm vụ {', '.join(codes)}", name, tuple(found))


async def _by_source(form: Filled, visitor: Visitor, services: Services) -> Chosen:
    number = form.value("source").strip()
    if not number:
        raise Faulty(source=NEEDED)
    plain = "\0" not in number  # which no number holds, and no query takes
    streams = await directives_chosen(services.pool, visitor.caller.visible, source=number) if plain else []
    return Chosen(f"mọi nhiệm vụ của văn bản {number}", _name(number), _some(streams, "source"))


async def _by_unit(form: Filled, visitor: Visitor, services: Services) -> Chosen:
    code, directory = form.value("unit"), visitor.caller.directory
    if code not in visitor.caller.visible:
        raise Faulty(unit=("Hãy chọn một đơn vị.", "Choose a unit."))
    below, months = directory.below(code), _months(form)
    told = f"mọi nhiệm vụ liên quan {code} và đơn vị trực thuộc"
    if months.since is None and months.until is None:
        streams = await directives_of_units(services.pool, below)
        return Chosen(told, _name(code), _some(streams, "unit"), tuple(below))
    streams = await directives_chosen(services.pool, below, since=months.since, until=months.until)
    return Chosen(f"{told}, giao {months.told}", _name(code), _some(streams, "unit"))


async def _by_days(form: Filled, services: Services) -> Chosen:
    first, last = _day(form, "first_day"), _day(form, "last_day")
    if last < first:
        raise Faulty(last_day=("Phải sau ngày đầu.", "Has to come after the first day."))
    begin = await first_recorded_from(services.pool, at_local(first, time(0)))
    end = await last_recorded_before(services.pool, at_local(last + timedelta(days=1), time(0)))
    if begin is None or end is None or end < begin:
        raise Faulty(first_day=("Không có sự kiện nào trong những ngày này.", "Nothing was recorded on these days."))
    told = f"mọi sự kiện từ {first:%d/%m/%Y} đến {last:%d/%m/%Y} (vị trí {begin} đến {end})"
    return Chosen(told, f"{first:%Y%m%d}-{last:%Y%m%d}", span=Positions(begin, end))


def _some(streams: list[UUID], name: str) -> list[UUID]:
    if not streams:
        vietnamese = "Không có nhiệm vụ nào như vậy trong phạm vi của bạn."
        raise Faulty(**{name: (vietnamese, "There are no such directives in your sight.")})
    return streams


def _months(form: Filled) -> _Months:
    since, until = _month(form, "from_month"), _month(form, "to_month")
    if since and until and until < since:
        raise Faulty(to_month=("Phải sau tháng đầu.", "Has to come after the first month."))
    words = [f"từ {since:%m/%Y}" if since else "", f"đến {until:%m/%Y}" if until else ""]
    end = (until.replace(day=1) + timedelta(days=32)).replace(day=1) if until else None
    return _Months(
        at_local(since, time(0)) if since else None,
        at_local(end, time(0)) if end else None,
        " ".join(word for word in words if word),
    )


def _month(form: Filled, name: str) -> date | None:
    text = form.value(name).strip()
    found = month_in(text)
    if text and found is None:
        raise Faulty(**{name: ("Viết như 10/2026.", "Write it like 10/2026.")})
    return found


def _day(form: Filled, name: str) -> date:
    text = form.value(name).strip()
    found = day_in(text)
    if found is None:
        raise Faulty(**{name: ("Không phải một ngày.", "Not a day.") if text else NEEDED})
    return found


def _name(text: str) -> str:
    return _SAFE.sub("-", text).strip("-")[:60] or "goi"
