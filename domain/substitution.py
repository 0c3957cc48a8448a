"""Substitution (uỷ quyền): one person acts for another between two days, under a decision."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.directory_error import DirectoryError
from domain.model import Value
from domain.text import Code, Line


class Substitution(Value):
    """`substitute` acts for `absent` from `first_day` to `last_day`, both included, on the local calendar.

    One that was ended before it began has its last day before its first and never takes place.
    """

    id: UUID
    absent: Code
    substitute: Code
    first_day: date
    last_day: date
    decision_number: Line | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the substitute acts for the absent person on `day`."""
        return self.first_day <= day <= self.last_day

    def meets(self, other: "Substitution") -> bool:
        """Whether there is a day on which both hold."""
        return max(self.first_day, other.first_day) <= min(self.last_day, other.last_day)


def check_substitution(new: Substitution, held: Iterable[Substitution]) -> None:
    """DirectoryError if `new` cannot stand beside those `held`.

    Nobody stands in for themselves, nobody has two substitutes on one day, and on no day does a chain of substitutes lead
    back to where it began: then each would decide for the other and nobody for themselves.
    """
    if new.substitute == new.absent:
        raise DirectoryError(
            f"{new.absent} không thể tự ủy quyền cho mình",
            f"{new.absent} cannot be their own substitute",
            code="substitution_own",
        )
    if new.last_day < new.first_day:
        raise DirectoryError(
            f"ngày cuối {new.last_day} trước ngày đầu {new.first_day}",
            f"the last day {new.last_day} lies before the first day {new.first_day}",
            code="substitution_days",
        )
    others = [one for one in held if one.id != new.id and one.meets(new)]
    double = next((one for one in others if one.absent == new.absent), None)
    if double is not None:
        raise DirectoryError(
            f"{double.substitute} đã được ủy quyền thay {new.absent} từ {double.first_day} đến {double.last_day}",
            f"{double.substitute} already acts for {new.absent} from {double.first_day} to {double.last_day}",
            code="substitution_overlaps",
        )
    for day in sorted({max(new.first_day, one.first_day) for one in (*others, new)}):
        acts = {one.absent: one.substitute for one in others if one.holds_on(day)}
        path = [new.absent, new.substitute]
        while (following := acts.get(path[-1])) is not None:
            path.append(following)
            if following == new.absent:
                circle = " > ".join(path)
                raise DirectoryError(
                    f"ngày {day} ủy quyền {circle} tạo thành vòng tròn",
                    f"on {day} the substitutes {circle} form a cycle",
                    code="substitution_circular",
                )


def check_end(held: Substitution, last_day: date, today: date) -> None:
    """DirectoryError if the substitution cannot end with `last_day`: what was done in its time stays done."""
    if last_day >= held.last_day:
        raise DirectoryError(
            f"việc ủy quyền đã kết thúc ngày {held.last_day}; nêu ngày sớm hơn",
            f"the substitution ends with {held.last_day} already; give an earlier last day",
            code="substitution_days",
        )
    if (today - last_day).days > 1:
        raise DirectoryError(
            f"ngày cuối {last_day} đã qua; muốn kết thúc ngay thì nêu ngày hôm qua",
            f"the last day {last_day} is past; to end it at once name yesterday",
            code="substitution_days",
        )
