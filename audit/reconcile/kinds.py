"""What a reconciliation may find: kinds of differences between the record and Temporal's histories, with their names."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from audit.reconcile.payloads import NoticeRequest


class Kind(StrEnum):
    """How the two disagree. The values are kept in the database and answered over HTTP: they stay."""

    ANSWER_LOST = "answer_lost"
    ANSWER_DIFFERS = "answer_differs"
    STANDING_DIFFERS = "standing_differs"
    STANDING_BEHIND = "standing_behind"
    PAST_THE_ENGINE = "past_the_engine"
    TICK_MISSING = "tick_missing"
    SIGNAL_LOST = "signal_lost"
    NO_EXECUTION = "no_execution"
    STRAY_EXECUTION = "stray_execution"
    TWO_AT_ONCE = "two_at_once"
    NOTICE_UNRECORDED = "notice_unrecorded"
    NOTICE_UNSENT = "notice_unsent"
    NOTICE_DROPPED = "notice_dropped"
    HISTORY_UNREADABLE = "history_unreadable"
    RECORD_UNREADABLE = "record_unreadable"


NAMES: dict[Kind, tuple[str, str]] = {
    Kind.ANSWER_LOST: ("đã trả lời nhưng bản ghi không có", "answered, but not in the record"),
    Kind.ANSWER_DIFFERS: ("câu trả lời khác bản ghi", "answer and record differ"),
    Kind.STANDING_DIFFERS: ("tình trạng đã báo khác bản ghi", "the standing that was told differs from the record"),
    Kind.STANDING_BEHIND: ("tiến trình biết ít hơn bản ghi", "the execution stands behind the record"),
    Kind.PAST_THE_ENGINE: ("sự kiện không đi qua Temporal", "recorded past the engine"),
    Kind.TICK_MISSING: ("đến hẹn mà không ghi", "a timer fired and nothing was recorded"),
    Kind.SIGNAL_LOST: ("tín hiệu bị mất", "a signal was lost"),
    Kind.NO_EXECUTION: ("nhiệm vụ mở không có tiến trình", "open directive without an execution"),
    Kind.STRAY_EXECUTION: ("tiến trình thừa", "an execution of nothing open"),
    Kind.TWO_AT_ONCE: ("hai tiến trình cùng lúc", "two executions at once"),
    Kind.NOTICE_UNRECORDED: ("đã gửi mà không ghi", "notices sent, outcome not recorded"),
    Kind.NOTICE_UNSENT: ("ghi đã gửi mà không gửi", "outcome recorded, nothing was sent"),
    Kind.NOTICE_DROPPED: ("thông báo bị bỏ dở", "notices that nobody sends any more"),
    Kind.HISTORY_UNREADABLE: ("lịch sử Temporal không đọc được", "not readable in Temporal's history"),
    Kind.RECORD_UNREADABLE: ("bản ghi không dựng lại được", "the record cannot be folded"),
}
"""The names of the kinds in Vietnamese and English."""


@dataclass(frozen=True)
class Difference:
    """One thing that the record and a history do not agree about."""

    directive_id: UUID
    kind: Kind
    vietnamese: str
    english: str
    run_id: str | None = None
    history_event: int | None = None
    """The event id in that run's history."""
    position: int | None = None
    """The global position in the record, as far as there is one."""
    unsent: NoticeRequest | None = None
    """Notices that may be sent again: nobody is at it any more, and they are no older than notices that are still tried."""

    @property
    def key(self) -> tuple[UUID, Kind, str, int, int]:
        """The same difference has the same key whenever it is seen; words may differ."""
        return self.directive_id, self.kind, self.run_id or "", self.history_event or 0, self.position or 0
