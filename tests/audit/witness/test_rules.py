"""What a witness answers, as a table: known, given, answered."""

from datetime import UTC, datetime

import pytest

from audit.log.checkpoint import Checkpoint, TreeHead, cosign
from audit.log.note import COSIGNATURE, SigningKey
from audit.witness.rules import Consistent, Kind, Known, Refused, judge
from audit.witness.submission import Submission
from tests.audit.witness.sample_log import SampleLog

LOG = SampleLog()
OTHER = LOG.rewritten()
OWN = SigningKey.generate("nhanchung.example", COSIGNATURE)
NOW = datetime.now(UTC)


def known(*sizes: int, asked: int, log: SampleLog = LOG, forgotten: bool = False) -> Known:
    """A witness that has cosigned these sizes in order, and is now given one of the size `asked`."""
    last = log.checkpoint(sizes[-1]) if sizes else None
    of_that_size = log.checkpoint(asked) if asked in sizes else None
    return Known((LOG.key.verifying,), last, of_that_size, forgotten)


def answer(submission: Submission, *sizes: int, forgotten: bool = False) -> Consistent | Refused:
    asked = submission.checkpoint.head.size
    return judge(submission, known(*sizes, asked=asked, forgotten=forgotten), OWN.verifying)


def refused(submission: Submission, *sizes: int, forgotten: bool = False) -> tuple[int, int | None, Kind | None]:
    told = answer(submission, *sizes, forgotten=forgotten)
    assert isinstance(told, Refused), told
    return told.status, told.size, told.alarm


@pytest.mark.parametrize("sizes", [(0, 1), (0, 5), (1, 2), (4, 8), (5, 100), (64, 65)])
def test_growth_is_cosigned(sizes: tuple[int, int]) -> None:
    old, size = sizes
    assert answer(LOG.submission(old, size), *([old] if old else [])) == Consistent(news=True)


def test_the_first_checkpoint_may_be_of_any_size_and_an_empty_log_is_one() -> None:
    assert answer(LOG.submission(0, 1_000)) == Consistent(news=True)
    assert answer(LOG.submission(0, 0)) == Consistent(news=True)
    assert answer(LOG.submission(0, 0), 0) == Consistent(news=False)
    assert answer(LOG.submission(0, 9), 0) == Consistent(news=True)


def test_the_last_one_again_is_cosigned_again() -> None:
    assert answer(LOG.submission(7, 7), 3, 7) == Consistent(news=False)


@pytest.mark.parametrize(
    ("submission", "sizes", "status", "size"),
    [
        (LOG.submission(0, 9), (5,), 409, 5),
        (LOG.submission(3, 9), (3, 5), 409, 5),
        (LOG.submission(7, 9), (5,), 409, 5),
        (LOG.submission(0, 5), (5,), 409, 5),
        (LOG.submission(3, 3), (3, 5), 409, 5),
        (Submission(9, (), LOG.checkpoint(7)), (5,), 400, None),
        (Submission(0, (bytes(32),), LOG.checkpoint(7)), (), 422, None),
        (Submission(7, (bytes(32),), LOG.checkpoint(7)), (7,), 422, None),
    ],
)
def test_what_does_not_fit_is_refused_without_an_alarm(
    submission: Submission, sizes: tuple[int, ...], status: int, size: int | None
) -> None:
    assert refused(submission, *sizes) == (status, size, None)


def test_an_unknown_log_and_an_unknown_key_are_refused() -> None:
    stranger = SampleLog("khac.example")
    told = judge(stranger.submission(0, 3), Known((), None, None), OWN.verifying)
    assert isinstance(told, Refused)
    assert told.status == 404
    impostor = SampleLog(LOG.origin)
    assert refused(impostor.submission(5, 5), 5) == (403, None, None)
    assert refused(impostor.rewritten().submission(5, 5), 5) == (403, None, None), (
        "no alarm over what the log did not sign"
    )


def test_a_signature_that_was_moved_to_another_text_is_refused() -> None:
    genuine, forged = LOG.checkpoint(7), OTHER.checkpoint(7)
    moved = Checkpoint.parse(forged.head.text + "\n" + "".join(map(str, genuine.note.signatures)))
    assert refused(Submission(5, (), moved), 5) == (403, None, None)


@pytest.mark.parametrize("old", [0, 3, 5, 9])
def test_another_root_for_a_known_size_is_a_fork_whatever_the_old_size(old: int) -> None:
    assert refused(Submission(old, (), OTHER.checkpoint(5)), 3, 5) == (409, 5, Kind.FORK)
    assert refused(Submission(old, (), OTHER.checkpoint(3)), 3, 5) == (409, 5, Kind.FORK)


def test_a_larger_tree_that_does_not_go_on_is_told() -> None:
    assert refused(OTHER.submission(5, 9), 5) == (422, None, Kind.UNPROVEN)
    assert refused(LOG.rewritten(2).submission(5, 9), 5) == (422, None, Kind.UNPROVEN)
    assert refused(Submission(5, (), LOG.checkpoint(9)), 5) == (422, None, Kind.UNPROVEN)
    altered_later = LOG.rewritten(5)
    assert answer(altered_later.submission(5, 9), 5) == Consistent(news=True), (
        "what was never cosigned may still change"
    )


def test_a_smaller_tree_that_was_never_seen_is_told() -> None:
    assert refused(LOG.submission(0, 4), 3, 5) == (409, 5, Kind.SHRUNKEN)
    assert refused(LOG.submission(3, 4), 3, 5) == (409, 5, Kind.SHRUNKEN)


def test_an_empty_tree_has_one_root_only() -> None:
    wrong = Checkpoint.sign(TreeHead(LOG.origin, 0, bytes(32)), LOG.key)
    assert refused(Submission(0, (), wrong))[0] == 422


def test_its_own_cosignature_beyond_what_it_knows_tells_that_its_state_was_set_back() -> None:
    later = LOG.checkpoint(9)
    shown = later.cosigned([cosign(later.note.text, OWN, NOW)])
    assert refused(Submission(5, LOG.proof(5, 9), shown), 5) == (409, 5, Kind.FORGOTTEN)
    assert refused(Submission(0, (), shown)) == (409, 0, Kind.FORGOTTEN)
    assert answer(Submission(9, (), shown), 5, 9) == Consistent(news=False)
    assert refused(LOG.submission(5, 9), 5, forgotten=True) == (409, 5, None), "nothing is signed from then on"


def test_an_invented_cosignature_under_its_name_changes_nothing() -> None:
    later = LOG.checkpoint(9)
    invented = cosign(LOG.checkpoint(8).note.text, OWN, NOW)
    assert answer(Submission(5, LOG.proof(5, 9), later.cosigned([invented])), 5) == Consistent(news=True)
