"""An independent judge: pm4py reads the net, and finds that clean logs fit it and those with planted deviations do not."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from audit.conformance.course import History
from audit.conformance.net import net_of
from audit.conformance.pnml import pnml
from domain import events as e
from domain.policy import Policy
from tests.conformance import altering as alter
from tests.conformance import stories
from tests.conformance.altering import of, the
from tests.conformance.fitness import Judged, interpreter, judge_logs, write_log
from tests.conformance.simulated import POLICIES, quarter
from tests.domain.policies import SECONDS

PYTHON = interpreter()
pytestmark = pytest.mark.skipif(
    PYTHON is None, reason="pm4py is in no environment here (DONDOC_PM4PY_PYTHON names one)"
)

PLANTED: dict[str, Callable[[], History]] = {
    "accepted unapproved": lambda: _without(stories.late(), e.CompletionApproved),
    "accepted unreported": lambda: _without(stories.late(), e.CompletionReported),
    "escalated before it was late": lambda: _without(stories.late(), e.DeadlineMissed),
    "granted unasked": lambda: _without(stories.extended(), e.ExtensionRequested),
    "granted thrice": lambda: stories.granted_thrice().history,
    "goes on unstopped": lambda: _without(stories.stopped(), e.DirectiveSuspended),
    "works on after the end": lambda: alter.again(
        stories.late().history, the(stories.late().history, of(e.ProgressReported))
    ),
}


def _without(told: stories.Told, dropped: type[e.EventData]) -> History:
    return alter.without(told.history, the(told.history, of(dropped)))


def written(folder: Path, policy: Policy, traces: Iterable[tuple[str, History]]) -> tuple[Path, Path]:
    net, log = folder / f"{policy.code}.pnml", folder / f"{policy.code}.xes"
    net.write_bytes(pnml(net_of(policy)))
    write_log(log, traces)
    return net, log


CLEAN = {story.__name__: story for story in stories.STORIES}
ORDINARY = next(policy for policy in POLICIES if policy.code == "thuong")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, Judged]:
    """The stories and what was planted in them, and twenty directives of a simulated quarter."""
    assert PYTHON is not None
    folder = tmp_path_factory.mktemp("fitness")
    told = [*((name, story().history) for name, story in CLEAN.items()), *((n, p()) for n, p in PLANTED.items())]
    own = [one for one in quarter()[0] if one.issued and one.issued.plan.policy_version == ORDINARY.label]
    simulated = [(str(history.id), history) for history in own[:20]]
    first, second = judge_logs(PYTHON, written(folder, SECONDS, told), written(folder, ORDINARY, simulated))
    return first, second


def test_the_net_is_read_with_its_final_marking(judged: tuple[Judged, Judged]) -> None:
    assert [one.final for one in judged] == [{"p-end": 1}] * 2


def test_what_happened_fits(judged: tuple[Judged, Judged]) -> None:
    told, simulated = judged
    assert {name: told.fitness[name] for name in CLEAN} == dict.fromkeys(CLEAN, 1.0)
    assert len(simulated.fitness) == 20
    assert {*simulated.fitness.values()} == {1.0}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_planted_does_not(planted: str, judged: tuple[Judged, Judged]) -> None:
    assert judged[0].fitness[planted] < 1.0
