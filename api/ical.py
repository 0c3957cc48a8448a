"""Deadlines as an iCalendar (RFC 5545): one event a directive, the same bytes as long as nothing has changed."""

import re
from collections.abc import Iterable
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from domain.directory import Directory
from domain.instants import last_day_of, shown
from domain.own_deadlines import Concern
from domain.state import DirectiveState, Phase
from domain.wording import PHASE_NAMES, named

HOST = "dondoc.invalid"
"""The right side of UIDs: a name that no host can have (RFC 6761)."""
REFRESH = timedelta(hours=1)
"""How often programs are asked to look again (RFC 7986, section 5.7)."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""What the library passes on and RFC 5545, section 3.1, has no place for in a text, and what some readers take for a line end."""


def calendar_of(
    states: Iterable[DirectiveState], concern: Concern, directory: Directory, public_url: str | None
) -> bytes:
    """The calendar of one person's deadlines; with addresses of the pages where it is known how people reach them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Don Doc//dondoc//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", "Đôn Đốc: thời hạn")
    calendar.add("x-wr-calname", "Đôn Đốc: thời hạn")
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for state in states:
        calendar.add_component(_event(state, concern, directory, public_url))
    body: bytes = calendar.to_ical()
    return body


def _event(state: DirectiveState, concern: Concern, directory: Directory, public_url: str | None) -> Event:
    if state.due_at is None:
        raise ValueError("a directive without a deadline has no day")
    withdrawn, day = state.phase is Phase.WITHDRAWN, last_day_of(state.due_at)
    event = Event()
    event.add("uid", f"{state.id}@{HOST}")
    # A withdrawal is final, so counting it as one more deadline never meets a later number.
    event.add("sequence", state.deadline_generation + withdrawn)
    event.add("dtstamp", state.last_recorded_at.replace(microsecond=0))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _text(f"[{state.code}] {state.title}"))
    event.add("description", _text(_description(state, directory)))
    event.add("status", "CANCELLED" if withdrawn else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if public_url:
        event.add("url", f"{public_url}/directives/{state.code.replace('/', '-')}")
    if state.officer == concern.person.username and not state.closed:
        event.add_component(_day_before(state))
    return event


def _description(state: DirectiveState, directory: Directory) -> str:
    unit = directory.units.get(state.lead_unit) or directory.ended.get(state.lead_unit)
    lines = [
        f"Đơn vị chủ trì: {unit.name if unit else state.lead_unit}",
        f"Trạng thái: {named(PHASE_NAMES, state.phase)} · {named(PHASE_NAMES, state.phase, 'en')}",
    ]
    return "\n".join([*lines, f"Thời hạn: {shown(state.due_at)}"] if state.due_at else lines)


def _day_before(state: DirectiveState) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-1))
    alarm.add("description", _text(f"[{state.code}] {state.title}"))
    return alarm


def _text(text: str) -> str:
    """Text without what is no text; line ends, commas, semicolons and backslashes are the library's to escape."""
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
