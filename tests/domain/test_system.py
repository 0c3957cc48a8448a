"""What the workflow records of itself: notices that left the house, and signals that were refused."""

from domain.commands import Delivered, RecordDelivery, RecordSignalRefusal, Undelivered
from domain.event_values import SYSTEM
from domain.events import NotificationFailed, NotificationSent, SignalRefused
from tests.domain.happenings import issued
from tests.domain.spec import DIRECTIVE, given

REACHED = Delivered(recipient="tp-nv", event_id=DIRECTIVE, message_id="<1@quan.example>")
GIVEN_UP = Undelivered(recipient="cv-nv", event_id=DIRECTIVE, error="550 không có hộp thư")
SENT = NotificationSent(channel="email", delivered=(REACHED,))
FAILED = NotificationFailed(channel="email", undelivered=(GIVEN_UP,))


def test_notices_taken_and_given_up_are_told_apart() -> None:
    both = RecordDelivery(channel="email", delivered=(REACHED,), undelivered=(GIVEN_UP,))
    given(issued()).when(both).then(SENT, FAILED)
    given(issued()).when(RecordDelivery(channel="email", delivered=(REACHED,))).then(SENT)
    given(issued()).when(RecordDelivery(channel="email", undelivered=(GIVEN_UP,))).then(FAILED)
    given(issued()).when(RecordDelivery(channel="email")).then_nothing()


def test_a_refused_signal_leaves_its_trace() -> None:
    fields = {
        "refused_command": "accept",
        "refused_command_id": DIRECTIVE,
        "refused_user": "tp-nv",
        "code": "not_permitted",
    }
    story = given(issued()).when(RecordSignalRefusal(**fields)).then(SignalRefused(**fields))
    assert story.events[-1].actor == SYSTEM


def test_such_records_move_nothing_and_tell_nobody() -> None:
    before = given(issued())
    after = before.when(RecordDelivery(channel="email", delivered=(REACHED,))).accepted()
    assert after.now.model_copy(update={"version": 1}) == before.now
    assert after.events[-1].data.informs == ()
