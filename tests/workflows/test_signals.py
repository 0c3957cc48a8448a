"""Commands as signals: nobody waits for the answer, so a refusal becomes an event."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from domain.commands import Accept, Acknowledge, Comment, Withdraw
from domain.event_values import SYSTEM
from domain.events import SignalRefused
from domain.ids import foreign, tick_id
from domain.instants import rfc3339
from tests.support.skipping import skip
from tests.workflows.desk import Desk
from tests.workflows.test_left_alone import LADDER


async def test_a_signal_is_carried_out_at_the_time_of_the_workflow(desk: Desk) -> None:
    await desk.issue()
    command_id = await desk.signal(Acknowledge(), at=await desk.now() + timedelta(days=400))
    first, second = await desk.had("DirectiveIssued", "DirectiveAcknowledged")
    assert second.command_id == command_id
    assert timedelta(0) <= second.occurred_at - first.occurred_at < timedelta(days=1)
    assert second.actor.user == "tp-nv"


async def test_a_refused_signal_is_recorded_with_who_what_and_why(desk: Desk) -> None:
    await desk.issue()
    impossible = await desk.signal(Accept())
    forbidden = await desk.signal(Acknowledge(), by="tp-tnmt")
    events = await desk.had("SignalRefused", "SignalRefused", after=1)
    assert [event.data for event in events] == [
        SignalRefused(
            refused_command="accept", refused_command_id=impossible, refused_user="chu-tich", code="not_possible_now"
        ),
        SignalRefused(
            refused_command="acknowledge", refused_command_id=forbidden, refused_user="tp-tnmt", code="not_permitted"
        ),
    ]
    assert {event.actor for event in events} == {SYSTEM}
    assert not {impossible, forbidden} & {event.command_id for event in events}


async def test_a_signal_sent_twice_is_carried_out_once(desk: Desk) -> None:
    await desk.issue()
    for command, by in ((Comment(text="Đã xem"), "tp-nv"), (Accept(), "tp-nv")):
        envelope = await desk.envelope(command, by)
        await desk.handle.signal("signal_command", envelope)
        await desk.handle.signal("signal_command", envelope)
    await desk.had("DirectiveIssued", "Commented", "SignalRefused")
    await desk.send(Acknowledge())
    await desk.had("DirectiveIssued", "Commented", "SignalRefused", "DirectiveAcknowledged")


async def test_a_sender_cannot_pass_for_the_system(desk: Desk) -> None:
    await desk.issue()
    await desk.signal(Comment(text="Tôi là hệ thống"), by="system")
    [refused] = await desk.had("SignalRefused", after=1)
    assert isinstance(refused.data, SignalRefused)
    assert (refused.data.refused_user, refused.data.code) == ("system", "not_permitted")


async def test_a_sender_cannot_take_the_id_of_a_coming_tick(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue()
    standing = await desk.standing()
    assert standing is not None
    assert standing.next_wakeup_at is not None
    coming = tick_id(desk.directive_id, 2, rfc3339(standing.next_wakeup_at))
    update = await desk.envelope(Comment(text="Một"), command_id=coming)
    signal = await desk.envelope(Comment(text="Một"), command_id=coming)
    assert (await desk.submit(update)).version == 2
    await desk.handle.signal("signal_command", signal)  # the same command again, so nothing follows
    [commented] = await desk.had("Commented", after=1)
    assert commented.command_id == foreign(coming) != coming
    await skip(skipping, timedelta(days=60))
    await desk.had(*LADDER, after=2)


async def test_a_signal_can_end_a_directive(desk: Desk) -> None:
    await desk.issue()
    await desk.signal(Withdraw(reason="Trùng nhiệm vụ"))
    await desk.handle.result()  # an ended workflow has no timer left
    assert await desk.types() == ["DirectiveIssued", "DirectiveWithdrawn"]


async def test_what_is_no_command_is_dropped_and_the_workflow_goes_on(desk: Desk) -> None:
    await desk.issue()
    await desk.handle.signal("signal_command", {"command": {"name": "no-such-command"}})
    await desk.handle.signal("signal_command", "rubbish")
    assert (await desk.send(Acknowledge())).version == 2
