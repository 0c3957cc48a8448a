"""What officers carry out, as a store tells it: the same from the states and from the query."""

from domain.assignment import assignment_of
from storage.store import EventStore
from tests.domain.happenings import accepted, acknowledged, approved, assigned, reported, withdrawn
from tests.storage.commits import after, begun


async def test_the_store_tells_what_the_states_tell(store: EventStore) -> None:
    commits = [begun() for _ in range(4)]
    await store.append(commits)
    ends = [
        after(commits[0], assigned("cv-tnmt", at=5)),
        after(commits[1], acknowledged(), reported(at=3), approved(), accepted()),
        after(commits[2], withdrawn(at=7)),
    ]
    await store.append(ends)
    told = await store.assignments(["cv-nv", "cv-tnmt"])
    expected = [assignment_of(commit.state) for commit in (*ends, commits[3])]
    assert told[0] == expected[0], "the newest first"
    assert sorted(told, key=repr) == sorted(expected, key=repr)
    assert await store.assignments(["tp-nv"]) == ()
