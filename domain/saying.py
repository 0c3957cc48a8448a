"""Turns of phrase that the words of several events share, in either language; each is empty where there is nothing to say."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.instants import local, shown
from domain.wording import named


def shown_due(due_at: datetime | None, *, english: bool = False) -> str:
    """A deadline as people read it, on the local clock."""
    return shown(due_at) if due_at else "no deadline" if english else "không hạn"


@dataclass(frozen=True)
class Saying:
    """A language, and how people and units are named in it."""

    english: bool
    person: Callable[[str], str]
    unit: Callable[[str], str]

    def __call__(self, vietnamese: str, english: str) -> str:
        """The words of the language."""
        return english if self.english else vietnamese

    def after(self, vietnamese: str, english: str, text: str | None) -> str:
        """`text` with the words before it."""
        return f"{self(vietnamese, english)} {text}" if text else ""

    def named(self, vietnamese: str, english: str, names: dict[str, tuple[str, str]], key: str | None) -> str:
        """The name of a value of a closed set, with the words before it."""
        return f"{self(vietnamese, english)} {named(names, key, self('vi', 'en'))}".strip() if key else ""

    def note(self, text: str | None) -> str:
        """What somebody added."""
        return self.after("ghi chú:", "note:", text)

    def reason(self, text: str) -> str:
        """Why it was done."""
        return self.after("lý do:", "reason:", text)

    def although_open(self, text: str | None) -> str:
        """Why sub-directives that are still open do not matter."""
        return self.after("lý do bỏ qua nhiệm vụ giao lại còn mở:", "although sub-directives are open:", text)

    def number(self, number: int) -> str:
        """Which one of its kind, counted from 1."""
        return f"{self('lần', 'no.')} {number}"

    def people(self, vietnamese: str, english: str, usernames: Iterable[str | None]) -> str:
        """People by name."""
        return self.after(vietnamese, english, ", ".join(self.person(one) for one in usernames if one))

    def units(self, vietnamese: str, english: str, codes: Iterable[str | None]) -> str:
        """Units by name."""
        return self.after(vietnamese, english, ", ".join(self.unit(one) for one in codes if one))

    def previous_officer(self, username: str | None) -> str:
        """Who carried it out before."""
        return self.people("chuyên viên trước:", "officer before:", (username,))

    def parties(
        self, lead: str, coordinating: Sequence[str], informed: Sequence[str], officer: str | None
    ) -> Iterator[str]:
        """Who has to do with the directive."""
        yield self.units("chủ trì:", "lead:", (lead,))
        yield self.units("phối hợp:", "coordinating:", coordinating)
        yield self.units("nhận để biết:", "informed:", informed)
        yield self.people("chuyên viên:", "officer:", (officer,))

    def due(self, due_at: datetime | None) -> str:
        """A deadline, or that there is none."""
        return shown_due(due_at, english=self.english)

    def deadline(self, due_at: datetime | None) -> str:
        """A deadline with the word for it, or that there is none."""
        return f"{self('hạn', 'deadline')} {shown(due_at)}" if due_at else self.due(None)

    def moved(self, vietnamese: str, old: datetime | None, new: datetime | None) -> str:
        """From one deadline to another."""
        old_due, new_due = self.due(old), self.due(new)
        return self(f"{vietnamese} {old_due} đến {new_due}", f"from {old_due} to {new_due}")

    def late_since(self, overdue_from: datetime | None) -> str:
        """Since when the unit that led before was late."""
        since = shown(overdue_from) if overdue_from else None
        return self.after("đơn vị chủ trì trước quá hạn từ", "the lead before was late since", since)

    def working_days(self, vietnamese: str, english: str, count: int) -> str:
        """A number of working days."""
        days = "working day" if count == 1 else "working days"
        return self(f"{vietnamese} {count} ngày làm việc", f"{english} {count} {days}")

    def to_the_second(self, vietnamese: str, english: str, moment: datetime) -> str:
        """An instant at which the program acted."""
        return f"{self(vietnamese, english)} {local(moment):%H:%M:%S %d/%m/%Y}"
