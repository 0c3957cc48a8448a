"""Ways in which somebody with all rights on the database would change the past, each drawn at random and done in SQL."""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import SigningKey
from audit.log.tree import Frontier
from domain.evolve import fold
from domain.registries import Registry
from storage.envelope import event_from, leaf_hash
from storage.read_models import directive_row


@dataclass(frozen=True)
class Scene:
    """A connection with all rights inside a transaction, what is signed outside, and the private key, which the operator has."""

    connection: Any
    draw: random.Random
    signed: int
    """Events under the checkpoint that left the house."""
    key: SigningKey

    def position(self) -> int:
        """Some position that is signed."""
        return self.draw.randint(1, self.signed)

    async def execute(self, statement: str, *values: object) -> None:
        """Run a statement."""
        await self.connection.execute(statement, *values)

    async def canonical(self, position: int) -> bytes:
        """The bytes of an event."""
        written: bytes = await self.connection.fetchval(
            "select canonical from events where global_position = $1", position
        )
        return written

    async def directive_position(self) -> int:
        """Some signed position of an event of a directive."""
        registries = [registry.stream_id for registry in Registry]
        found = await self.connection.fetch(
            "select global_position from events where global_position <= $1 and stream_id <> all($2)",
            self.signed,
            registries,
        )
        return int(self.draw.choice(found)[0])


Tampering = Callable[[Scene], Awaitable[None]]


def _altered(written: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(written))
    return written[:at] + bytes([written[at] ^ 1 << draw.randrange(8)]) + written[at + 1 :]


async def a_bit_flipped(scene: Scene) -> None:
    """In the bytes of an event."""
    position = scene.position()
    altered = _altered(await scene.canonical(position), scene.draw)
    await scene.execute("update events set canonical = $2 where global_position = $1", position, altered)


async def a_bit_flipped_and_hashed_again(scene: Scene) -> None:
    """With the leaf hash that belongs to the new bytes."""
    position = scene.position()
    altered = _altered(await scene.canonical(position), scene.draw)
    await _put(scene, position, altered)


async def _put(scene: Scene, position: int, written: bytes) -> None:
    await scene.execute(
        "update events set canonical = $2, leaf_hash = $3 where global_position = $1",
        position,
        written,
        leaf_hash(written),
    )


async def a_leaf_hash_altered(scene: Scene) -> None:
    """And nothing else."""
    position = scene.position()
    hashed = await scene.connection.fetchval("select leaf_hash from events where global_position = $1", position)
    altered = _altered(hashed, scene.draw)
    await scene.execute("update events set leaf_hash = $2 where global_position = $1", position, altered)


async def a_row_removed(scene: Scene) -> None:
    """One event, leaving a gap."""
    await scene.execute("delete from events where global_position = $1", scene.position())


async def a_row_removed_and_the_gap_closed(scene: Scene) -> None:
    """Positions and versions after it move up."""
    position = scene.position()
    stream, version = await scene.connection.fetchrow(
        "select stream_id, stream_version from events where global_position = $1", position
    )
    await scene.execute("delete from events where global_position = $1", position)
    await scene.execute("update events set global_position = -global_position where global_position > $1", position)
    await scene.execute("update events set global_position = -global_position - 1 where global_position < 0")
    await scene.execute(
        "update events set stream_version = stream_version + 100000 where stream_id = $1 and stream_version > $2",
        stream,
        version,
    )
    await scene.execute(
        "update events set stream_version = stream_version - 100001 where stream_id = $1 and stream_version > 100000",
        stream,
    )
    await scene.execute("update log_head set position = position - 1")


async def two_rows_swapped(scene: Scene) -> None:
    """Two events exchange their positions."""
    one, other = scene.draw.sample(range(1, scene.signed + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        await scene.execute("update events set global_position = $2 where global_position = $1", old, new)


async def a_row_added(scene: Scene) -> None:
    """A copy of an event under another id, wedged in; everything after it moves down."""
    position, source = scene.position(), scene.position()
    await scene.execute(
        "update events set global_position = -global_position - 1 where global_position >= $1", position
    )
    await scene.execute("update events set global_position = -global_position where global_position < 0")
    if source >= position:
        source += 1
    await scene.execute(
        """insert into events select $1, stream_id, stream_version + 1000, gen_random_uuid(), command_id, type, occurred_at,
           recorded_at, actor_user, actor_unit, actor_role, on_behalf_of, canonical, leaf_hash
           from events where global_position = $2""",
        position,
        source,
    )
    await scene.execute("update log_head set position = position + 1")


async def the_tail_cut(scene: Scene) -> None:
    """The last events are gone, with all that came from them, so that the record looks shorter but whole."""
    left = scene.draw.randrange(scene.signed)
    await scene.execute("delete from events where global_position > $1", left)
    await scene.execute("update log_head set position = $1", left)
    await scene.execute("delete from checkpoints where size > $1", left)
    await scene.execute("delete from notices where position > $1", left)
    await _refold(scene)


COLUMNS = {
    "type": "type || 'x'",
    "occurred_at": "occurred_at - interval '1 second'",
    "recorded_at": "recorded_at + interval '1 day'",
    "actor_user": "actor_user || 'x'",
    "actor_unit": "coalesce(actor_unit, '') || 'x'",
    "actor_role": "coalesce(actor_role, '') || 'x'",
    "on_behalf_of": "coalesce(on_behalf_of, '') || 'x'",
    "event_id": "gen_random_uuid()",
    "command_id": "gen_random_uuid()",
    "stream_version": "stream_version + 1000",
    "stream_id": "gen_random_uuid()",
}


async def a_column_altered(scene: Scene) -> None:
    """A column beside the bytes, which queries go by."""
    name = scene.draw.choice([*COLUMNS])
    await scene.execute(f"update events set {name} = {COLUMNS[name]} where global_position = $1", scene.position())  # noqa: S608 - names of ours


READ_MODELS = {
    "a state": "update directives set state = jsonb_set(state::jsonb, '{progress_percent}', '77')::json where ctid = $1",
    "a phase": "update directives set phase = case phase when 'completed' then 'issued' else 'completed' end where ctid = $1",
    "a title": "update directives set title = title || '.' where ctid = $1",
    "a due instant": "update directives set due_at = coalesce(due_at, now()) + interval '1 hour' where ctid = $1",
    "who may see it": "update directives set units = units || 'X'::text where ctid = $1",
    "a directive gone": "delete from directives where ctid = $1",
    "a version": "update directives set version = version + 1 where ctid = $1",
    "a notice gone": "delete from notices where ctid = $1",
    "a notice for another": "update notices set recipient = recipient || 'x' where ctid = $1",
    "a notice's time": "update notices set created_at = created_at - interval '1 day' where ctid = $1",
    "a notice of nothing": "update notices set directive_id = gen_random_uuid() where ctid = $1",
}


async def a_read_model_altered(scene: Scene) -> None:
    """What people see in lists and inboxes no longer is what happened."""
    name = scene.draw.choice([*READ_MODELS])
    table = "notices" if "notice" in name else "directives"
    await _some_row_altered(scene, table, READ_MODELS[name])


async def _some_row_altered(scene: Scene, table: str, statement: str) -> None:
    rows = await scene.connection.fetch(f"select ctid from {table}")  # noqa: S608 - names of ours
    await scene.execute(statement, scene.draw.choice(rows)[0])


READS = {
    "one gone": "delete from reads where ctid = $1",
    "another reader": "update reads set reader = reader || 'x' where ctid = $1",
    "another time": "update reads set read_at = read_at - interval '1 hour' where ctid = $1",
    "another directive": "update reads set subject = gen_random_uuid() where ctid = $1",
}


async def a_sealed_read_altered(scene: Scene) -> None:
    """Who opened what, behind a seal."""
    await _some_row_altered(scene, "reads", READS[scene.draw.choice([*READS])])


CHECKPOINTS = {
    "the root": "update checkpoints set root = sha256(root)",
    "the size": "update checkpoints set size = size - 1",
    "the note": "update checkpoints set note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size - 1 || E'\\n')",
    "the signature": "update checkpoints set note = left(note, -10) || 'AAAAAAA==' || E'\\n'",
}


async def a_checkpoint_altered(scene: Scene) -> None:
    """The record's own copy of what was signed."""
    await scene.execute(CHECKPOINTS[scene.draw.choice([*CHECKPOINTS])])


async def the_head_altered(scene: Scene) -> None:
    """The counter of positions."""
    await scene.execute("update log_head set position = position + $1", scene.draw.choice([-2, -1, 1, 2, 100]))


async def the_whole_chain_rewritten(scene: Scene) -> None:
    """An event says something else, and everything that follows from it is made anew and signed again with the true key."""
    position = await scene.directive_position()
    envelope = json.loads(await scene.canonical(position))
    envelope["actor"]["name"] += "x"
    written = json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    await _put(scene, position, written)
    await _refold(scene)
    await scene.execute("delete from cosignatures")
    await scene.execute("delete from checkpoints")
    await scene.execute("delete from merkle_nodes")
    frontier = Frontier()
    for row in await scene.connection.fetch("select leaf_hash from events order by global_position"):
        frontier.append(row[0])
    head = TreeHead(scene.key.name, frontier.size, frontier.root)
    note = str(Checkpoint.sign(head, scene.key).note)
    await scene.execute("insert into checkpoints (size, root, note) values ($1, $2, $3)", head.size, head.root, note)


async def _refold(scene: Scene) -> None:
    """Make the list of directives agree with the events as they are now."""
    streams: dict[UUID, list[tuple[int, bytes]]] = {}
    registries = {registry.stream_id for registry in Registry}
    for row in await scene.connection.fetch(
        "select stream_id, global_position, canonical from events order by global_position"
    ):
        if row[0] not in registries:
            streams.setdefault(row[0], []).append((row[1], row[2]))
    await scene.execute("delete from directives where directive_id <> all($1)", [*streams])
    for stream_id, history in streams.items():
        state = fold(event_from(written) for _, written in history)
        assert state is not None
        made = directive_row(state, history[-1][0], new=True)
        await scene.execute(
            """update directives set version = $2, last_position = $3, phase = $4, units = string_to_array($5, ' '), issuer = $6,
               lead_unit = $7, officer = $8, due_at = $9, due_soon_from = $10, overdue_from = $11, state = $12
               where directive_id = $1""",
            *(
                stream_id,
                made[2],
                made[3],
                made[4],
                made[8],
                made[9],
                made[7],
                made[10],
                made[14],
                made[15],
                made[16],
                made[17],
            ),
        )


TAMPERINGS: tuple[Tampering, ...] = (
    a_bit_flipped,
    a_bit_flipped_and_hashed_again,
    a_leaf_hash_altered,
    a_row_removed,
    a_row_removed_and_the_gap_closed,
    two_rows_swapped,
    a_row_added,
    the_tail_cut,
    a_column_altered,
    a_read_model_altered,
    a_sealed_read_altered,
    a_checkpoint_altered,
    the_head_altered,
    the_whole_chain_rewritten,
)
