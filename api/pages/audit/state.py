"""A unit or the district as it stood at a moment: the six cells of then, and the directives behind each."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.districts import Asked
from api.pages.audit.moments import Moment, moment_of
from api.pages.audit.visitors import Overseeing, note_page, places
from api.pages.forms import Filled
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.params import readable_query
from api.replaying import NUMBER, district_asked
from api.services import Services, services_of
from api.unit_names import names_on
from audit.replay.clocks import Clocks
from audit.replay.district import District, Standing, Wanted, after
from domain.instants import local
from domain.state import StatusCell
from domain.text import fold

router = APIRouter(include_in_schema=False)

_A_PAGE = 50
MOST_DIFFERENCES = 100

_Text = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True)
class Differs:
    """A directive that stands otherwise by what is known now; one of the two is None where it was not there."""

    then: Standing | None
    now: Standing | None

    @property
    def either(self) -> Standing:
        """For its number and title."""
        found = self.then or self.now
        if found is None:
            raise ValueError("a difference is of some directive")
        return found


@router.get("/audit/state", dependencies=[Depends(readable_query)])
async def state(
    request: Request,
    visitor: Overseeing,
    day: _Text = "",
    clock: Annotated[str, Query(alias="time", max_length=64)] = "",
    known: _Text = "",
    known_day: _Text = "",
    known_time: _Text = "",
    unit: _Text = "",
    compare: _Text = "",
    cell: _Text = "",
    beyond: Annotated[str, Query(alias="after", max_length=14)] = "",
) -> Response:
    """The form; and once a day is given, what stood then."""
    services = services_of(request)
    now = services.now()
    given = {"day": day, "time": clock, "known": known, "known_day": known_day, "known_time": known_time}
    moment = moment_of({**given, "unit": unit, "compare": compare}, now, visitor.language)
    faults = {**moment.faults, **_choices(visitor, moment, cell, beyond)}
    asked = f"state at={moment.at or ''} known={moment.known or ''} unit={unit}" if moment.at else "state page"
    await note_page(request, visitor, asked)
    shown: dict[str, Any] = {"district": None}
    if moment.at is not None and not faults:
        shown = await _stood(services, visitor, moment, StatusCell(cell) if cell else None, beyond)
    return page(
        request,
        "audit/state.html",
        visitor=visitor,
        now=moment.at if moment.at and not faults else now,
        today=local(now).date(),
        status=422 if faults else 200,
        places=places(visitor),
        filled=Filled({name: [text] for name, text in moment.values.items()}, faults),
        units=_units(visitor),
        moment=moment,
        cell=cell,
        beyond=beyond,
        **shown,
    )


async def _stood(
    services: Services, visitor: Visitor, moment: Moment, cell: StatusCell | None, beyond: str
) -> dict[str, Any]:
    """What the template shows of the moment."""
    wanted, now = Wanted(moment.unit, visitor.caller.visible), services.now()
    began = time.perf_counter()
    hindsight = None
    if moment.compared and moment.at is not None:
        hindsight = await district_asked(
            services.districts, Asked(moment.at, "now", wanted), Clocks(moment.at, now), further=False
        )
    # Last, so that it is the one that is kept for its cells and further pages.
    further = bool(cell or beyond)
    district = await district_asked(
        services.districts, Asked(moment.at, moment.known, wanted), moment.clocks(now), further=further
    )
    took = time.perf_counter() - began
    chosen = [one for one in district.standings if cell is None or one.cell == cell]
    following = after(chosen, beyond or None)
    rows = following[:_A_PAGE]
    differing = _differing(district, hindsight) if hindsight else []
    day, dated = local(district.clocks.at).date(), visitor.caller.dated
    codes = {one.lead_unit for one in rows} | district.by_unit.keys()
    return {
        "district": district,
        "hindsight": hindsight,
        "differing": differing[:MOST_DIFFERENCES],
        "count_differing": len(differing),
        "took": took,
        "chosen": len(chosen),
        "rows": rows,
        "names": {code: names_on(code, dated, day) for code in codes},
        "following": rows[-1].code if len(following) > _A_PAGE else None,
    }


def _differing(then: District, now: District) -> list[Differs]:
    """Directives that stand otherwise; in order of their numbers."""
    before, since = ({one.id: one for one in each.standings} for each in (then, now))
    order: Sequence[Standing] = now.standings or then.standings
    found = [Differs(before.get(one.id), one) for one in order if before.get(one.id) != one]
    return found + [Differs(one, None) for one in then.standings if one.id not in since]


def _choices(visitor: Visitor, moment: Moment, cell: str, beyond: str) -> dict[str, str]:
    """What is wrong with what was chosen rather than typed."""
    faults, english = {}, visitor.language == "en"
    if moment.unit is not None and moment.unit not in visitor.caller.dated.units:
        faults["unit"] = "There is no such unit." if english else "Không có đơn vị này."
    if (cell and cell not in set(StatusCell)) or (beyond and not NUMBER.fullmatch(beyond)):
        faults["day"] = "The address is incomplete; ask again." if english else "Địa chỉ bị thiếu; hãy xem lại."
    return faults


def _units(visitor: Visitor) -> list[tuple[str, str]]:
    """The units that the visitor may see, those that have ended too, by name."""
    directory = visitor.caller.directory
    held = [(code, visitor.unit(code)) for code in visitor.caller.visible]
    ended = "ended" if visitor.language == "en" else "đã kết thúc"
    named = [(code, f"{name} ({ended})" if code in directory.ended else name) for code, name in held]
    return sorted(named, key=lambda one: fold(one[1]))
