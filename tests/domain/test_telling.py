"""What events say in words: whatever field of an event has another value, its words are others."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from domain.event_values import SYSTEM, Actor
from domain.events import EVENT_DATA, EventData
from domain.officer_events import OfficerAssigned
from domain.telling import actor_named, informed, told
from domain.wording import Language
from tests.domain.stored_examples import FULL, ID, MINIMAL, enveloped

CODES = {ID: "2026/0124"}
OTHER_ID = UUID("22222222-2222-5333-8444-555555555555")
MARK = "dau-7q"

UNTOLD = {
    "*.type": "it is the name that the words stand beside",
    "*.informs": "told by informed(), where the event presses somebody",
    "*.plan.due_soon_at": "nothing happens then",
    "*.plan.steps": "each is an event of its own when it comes",
    "*.plan.policy_version": "stands beside every event of a history",
    "*.plan.calendar_version": "stands beside every event of a history",
    "*.plan.basis": "the deadline that comes of it is told",
    "DirectiveIssued.parent": "an id; whose directive it is, is told by `above`",
    "DirectiveIssued.recurrence.id": "an id; its period is told",
    "ReminderDue.step": "its kind is the event's name, its number is told",
    "DeadlineMissed.step": "its kind is the event's name",
    "Escalated.step": "its kind is the event's name, its level is told",
    "SubdirectiveIssued.subdirective": "an id; its number is told",
    "SignalRefused.refused_command_id": "an id",
    "NotificationSent.channel": "there is one only",
    "NotificationSent.delivered.event_id": "an id",
    "NotificationSent.delivered.message_id": "an id of the mail server",
    "NotificationFailed.channel": "there is one only",
    "NotificationFailed.undelivered.event_id": "an id",
    "FileAttached.sha256": "stands with the file in the list of files",
    "FileAttached.size": "stands with the file in the list of files",
    "FileAttached.media_type": "stands with the file in the list of files",
}
"""Fields that are not told, of one type of event or of all, each with its reason."""

Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no others, with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path, value


def spelled(kind: str, path: Path) -> str:
    return ".".join((kind, *(part for part in path if isinstance(part, str))))


def is_told(kind: str, path: Path) -> bool:
    names = (spelled("*", path), spelled(kind, path))
    return not any(name == untold or name.startswith(f"{untold}.") for name in names for untold in UNTOLD)


def put(value: Any, path: Path, new: Any) -> Any:
    """`value` with `new` at the end of the way."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {**value, first: put(value[first], rest, new)}
    assert isinstance(first, int)
    return (*value[:first], put(value[first], rest, new), *value[first + 1 :])


def another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case StrEnum():
            members = list(type(value))
            return members[(members.index(value) + 1) % len(members)]
        case str():
            return MARK
        case int():
            return value - 1
        case datetime():
            return value + timedelta(days=31)
        case date():
            return value + timedelta(days=31)
        case UUID():
            return OTHER_ID
    raise AssertionError(f"no other value for {value!r}")


FIELDS = [
    pytest.param(data, path, value, id=f"{data.type}.{'.'.join(map(str, path))}")
    for data in FULL
    for path, value in leaves(data.model_dump())
    if is_told(data.type, path) and value is not None
]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("data", "path", "value"), FIELDS)
def test_every_field_is_told(data: EventData, path: Path, value: Any, language: Language) -> None:
    changed = EVENT_DATA.validate_python(put(data.model_dump(), path, another(value)))
    words, others = told(data, CODES, language), told(changed, CODES, language)
    assert words != others, f"{spelled(data.type, path)} is not told: say it in domain/telling.py, or why not in UNTOLD"
    if isinstance(value, str) and not isinstance(value, StrEnum):
        assert value in "\n".join(words), words
        assert MARK in "\n".join(others), others


def test_what_is_not_told_is_still_a_field() -> None:
    ways = {
        spelled(kind, path[:end])
        for data in FULL
        for path, _ in leaves(data.model_dump())
        for end in range(len(path) + 1)
        for kind in ("*", data.type)
    }
    assert {*UNTOLD} <= ways


@pytest.mark.parametrize("data", MINIMAL, ids=lambda data: data.type)
def test_what_is_left_out_leaves_no_words(data: EventData) -> None:
    for language in ("vi", "en"):
        for part in told(data, {}, language):
            assert part == part.strip()
            assert part
            assert "None" not in part
            assert "hạn không hạn" not in part
            assert "deadline no deadline" not in part
            assert not part.endswith(":")


@pytest.mark.parametrize("data", FULL, ids=lambda data: data.type)
def test_the_two_languages_are_told_apart(data: EventData) -> None:
    alike = set(told(data, CODES)) & set(told(data, CODES, "en"))
    typed = {value for _, value in leaves(data.model_dump()) if isinstance(value, str)}
    allowed = typed | {*CODES.values(), "2026/0123: Rà soát hồ sơ cán bộ", "cv-nv: 550 không có"}
    assert {part for part in alike if "→" not in part} <= allowed


def by_type(name: str) -> EventData:
    return next(data for data in FULL if data.type == name)


@pytest.mark.parametrize(
    ("name", "vietnamese", "english"),
    [
        (
            "ProgressReported",
            "tiến độ 40 %; ghi chú: Đợt một; khó khăn, vướng mắc: Thiếu người; đề xuất, kiến nghị: Thêm một tuần",
            "progress 40 %; note: Đợt một; difficulties: Thiếu người; proposals: Thêm một tuần",
        ),
        (
            "ExtensionGranted",
            "gia hạn từ 24:00 13/03/2026 đến 24:00 13/03/2026; lần 1; người đề nghị: tp-nv; lý do đề nghị: Chờ số liệu; "
            "ghi chú: Lần cuối",
            "from 24:00 13/03/2026 to 24:00 13/03/2026; no. 1; asked by: tp-nv; asked because: Chờ số liệu; note: Lần cuối",
        ),
        (
            "DeclineSettled",
            "Yêu cầu đơn vị tiếp tục; người trả lại: tp-nv; lý do: Đúng thẩm quyền; sau 2 ngày làm việc",
            "Sent back: the unit goes on; declined by: tp-nv; reason: Đúng thẩm quyền; after 2 working days",
        ),
        (
            "DirectiveReassigned",
            "từ NV sang TNMT; chuyên viên trước: cv-nv; đơn vị chủ trì trước quá hạn từ 24:00 13/03/2026; "
            "lý do: Chuyển giao; lý do bỏ qua nhiệm vụ giao lại còn mở: Phường vẫn làm tiếp",
            "from NV to TNMT; officer before: cv-nv; the lead before was late since 24:00 13/03/2026; "
            "reason: Chuyển giao; although sub-directives are open: Phường vẫn làm tiếp",
        ),
    ],
)
def test_the_words(name: str, vietnamese: str, english: str) -> None:
    assert "; ".join(told(by_type(name), CODES)) == vietnamese
    assert "; ".join(told(by_type(name), CODES, "en")) == english


NAMES = {one: f"Đơn vị {n}" for n, one in enumerate(("NV", "TNMT", "P-A", "P-B", "VP", "UBQ", "NVMT"))}
FULL_NAMES = {"tp-nv": "Bà A", "cv-nv": "Ông B"}


@pytest.mark.parametrize("data", [data for data in FULL if data.type != "UnitsSucceeded"], ids=lambda data: data.type)
def test_people_and_units_are_told_by_their_names(data: EventData) -> None:
    """UnitsSucceeded holds names of its own and tells them with the codes of then."""
    words = "\n".join(told(data, CODES, person=FULL_NAMES.__getitem__, unit=NAMES.__getitem__))
    codes = {*NAMES, *FULL_NAMES}
    held = [value for path, value in leaves(data.model_dump()) if value in codes and "informs" not in path]
    assert not [code for code in codes if re.search(rf"\b{code}\b", words)]
    assert all((NAMES | FULL_NAMES)[code] in words for code in held)


def test_a_unit_and_a_person_may_be_spelled_alike() -> None:
    data = by_type("DirectiveDeclined").model_copy(update={"proposed_unit": "cv-nv"})
    assert "đề xuất chuyển cho: Phòng" in told(data, {}, person=lambda _: "Người", unit=lambda _: "Phòng")
    assert "giao Người" in told(OfficerAssigned(officer="cv-nv"), {}, person=lambda _: "Người", unit=lambda _: "Phòng")


def test_what_stands_above_a_history_is_not_told_again() -> None:
    data = by_type("DirectiveIssued")
    whole, rest = told(data, {}), told(data, {}, headed=True)
    assert whole[2:] == rest
    assert whole[:2] == ["2026/0123: Rà soát hồ sơ cán bộ", getattr(data, "content", "")]


def test_who_was_pressed_is_told() -> None:
    assert informed(by_type("ReminderDue"), person={"tp-nv": "Bà A", "cv-nv": "Ông B"}.__getitem__) == [
        "báo: Bà A, Ông B"
    ]
    assert informed(by_type("Escalated"), "en") == ["told: tp-nv, cv-nv"]
    assert informed(by_type("Commented")) == []
    assert informed(next(data for data in MINIMAL if data.type == "ReminderDue")) == []


def test_who_acted_and_for_whom() -> None:
    actor = Actor(user="pct", name="Ông A", on_behalf_of="chu-tich")
    named = actor.model_copy(update={"on_behalf_of_name": "Bà B"})
    assert (actor_named(actor), actor_named(actor, "en")) == ("Ông A, thay chu-tich", "Ông A, for chu-tich")
    assert (actor_named(named), actor_named(named, "en")) == ("Ông A, thay Bà B", "Ông A, for Bà B")
    assert actor_named(enveloped(by_type("Commented"), SYSTEM).actor, "en") == "Đôn Đốc"
