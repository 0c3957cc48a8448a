"""The net of the normative process: sound, as the policy has it, in the form of the standard, and open to all that happens."""

from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from audit.conformance.net import END, net_of
from audit.conformance.pnml import NAMESPACE, PT_NET, pnml
from audit.conformance.process import START
from domain import events as e
from domain.policy import ExtensionRules, Policy
from tests.conformance import altering as alter
from tests.conformance import stories
from tests.conformance.altering import of, the
from tests.conformance.simulated import POLICIES, quarter
from tests.conformance.stories import STORIES, Told
from tests.conformance.token_game import fits
from tests.domain.policies import ONE_LEVEL, SECONDS

VARIED = (*POLICIES, SECONDS, ONE_LEVEL, SECONDS.model_copy(update={"begins": "issued"}))


def types(told: Told) -> list[str]:
    return [entry.event.data.type for entry in told.history.entries]


@pytest.mark.parametrize("policy", VARIED, ids=lambda policy: f"{policy.label}-{policy.begins}")
def test_every_place_is_reached_and_only_the_end_is_never_left(policy: Policy) -> None:
    net = net_of(policy)
    taken = {place for one in net.transitions for place in one.takes}
    given = {place for one in net.transitions for place in one.gives}
    assert taken | given == {*net.places}
    assert given | {START} == {*net.places}, "a place that nothing gives to"
    assert {*net.places} - taken == {END}, "pm4py takes the place that nothing leaves for the final one"
    assert len({one.id for one in net.transitions}) == len(net.transitions)


def test_what_the_policy_counts_is_in_the_net() -> None:
    def places(policy: Policy, kind: str) -> int:
        return sum(place.startswith(kind) for place in net_of(policy).places)

    none = SECONDS.model_copy(update={"reminders": (), "escalations": (), "extensions": ExtensionRules(most_granted=0)})
    assert [places(SECONDS, kind) for kind in ("reminders_ahead", "escalations_ahead", "extensions")] == [4, 2, 5]
    assert [places(none, kind) for kind in ("reminders_ahead", "escalations_ahead", "extensions")] == [0, 0, 1]
    assert net_of(SECONDS) != net_of(none)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_really_happens_fits(story: Callable[[], Told]) -> None:
    told = story()
    assert fits(net_of(SECONDS), types(told))


def test_a_simulated_quarter_fits() -> None:
    nets = {policy.label: net_of(policy) for policy in POLICIES}
    for history in quarter()[0][::4]:
        assert history.issued is not None
        happened = [entry.event.data.type for entry in history.entries]
        assert fits(nets[history.issued.plan.policy_version], happened), happened


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        (stories.late, lambda h: alter.without(h, the(h, of(e.CompletionApproved)))),
        (stories.late, lambda h: alter.without(h, the(h, of(e.CompletionReported)))),
        (stories.late, lambda h: alter.without(h, the(h, of(e.DeadlineMissed)))),
        (stories.late, lambda h: alter.again(h, the(h, of(e.ProgressReported)))),
        (stories.extended, lambda h: alter.without(h, the(h, of(e.ExtensionRequested)))),
        (stories.granted_thrice, lambda h: h),
        (stories.stopped, lambda h: alter.without(h, the(h, of(e.DirectiveSuspended)))),
        (stories.asked, lambda h: alter.without(h, h.entries[0])),
    ],
    ids=[
        "unapproved",
        "unreported",
        "told before missed",
        "after the end",
        "unasked",
        "thrice",
        "not stopped",
        "unissued",
    ],
)
def test_what_cannot_happen_does_not_fit(told: Callable[[], Told], broken: Callable[..., object]) -> None:
    history = broken(told().history)
    assert not fits(net_of(SECONDS), [entry.event.data.type for entry in history.entries])  # type: ignore[attr-defined]


def test_no_more_reminders_than_were_planned() -> None:
    net = net_of(SECONDS)
    planned = ["DirectiveIssued", *["ReminderDue"] * 4]
    assert fits(net, planned)
    assert not fits(net, [*planned, "ReminderDue"])
    assert fits(net, [*planned, "DeadlineChanged", "ReminderDue"])


def test_the_document_is_a_place_transition_net_of_the_standard() -> None:
    net = net_of(SECONDS)
    root = ET.fromstring(pnml(net))  # noqa: S314 - our own document
    assert root.tag == f"{{{NAMESPACE}}}pnml"
    (body,) = root
    assert (body.tag, body.get("type")) == (f"{{{NAMESPACE}}}net", PT_NET)
    page = body.find(f"{{{NAMESPACE}}}page")
    assert page is not None
    kinds = Counter(element.tag.partition("}")[2] for element in page)
    arcs = sum(len(one.takes) + len(one.gives) for one in net.transitions)
    assert kinds == {"place": len(net.places), "transition": len(net.transitions), "arc": arcs}
    ids = [element.get("id") for element in page]
    assert len({*ids}) == len(ids)
    assert all({arc.get("source"), arc.get("target")} <= {*ids} for arc in page.iter(f"{{{NAMESPACE}}}arc"))
    assert labels(page) == {one.event or one.id for one in net.transitions}


def labels(page: ET.Element) -> set[str | None]:
    return {
        text.text
        for transition in page.iter(f"{{{NAMESPACE}}}transition")
        for text in transition.iterfind(f"{{{NAMESPACE}}}name/{{{NAMESPACE}}}text")
    }


def test_the_document_is_the_same_every_time() -> None:
    assert pnml(net_of(SECONDS)) == pnml(net_of(SECONDS)) != pnml(net_of(ONE_LEVEL))
