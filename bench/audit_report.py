"""The page docs/performance-audit.md, made from the figures of one run."""

from typing import Any

_HEAD = """# Performance of the auditor's desk

Figures of one run of `make bench-audit` on a simulated record of {events:,} events; `docs/performance-audit.json` holds them
in full. Rates show the size of things; what counts is the ratio, the median over rounds of reading and verifying in turns.

| what | measured | target | |
|---|---|---|---|
"""

_NOTES = """
- **Full verification**: every event's bytes, columns and versions, all positions, the root at each checkpoint, and the list of
  directives and all inbox lines against a fresh fold; two processes besides PostgreSQL. Memory is that of these processes and the
  one that leads them.
- **Read and hash**: the same rows by the same cursors in the same ranges, SHA-256 over each, compared with its leaf hash; nothing
  is decoded.
- **Checkpoint**: after one more event, with the nodes kept. The first of a record keeps all nodes: 5 s for a million events.

## What bounds the verification

Processor time, of two processes and PostgreSQL on two cores. One sixteenth of the record gone through in one process took 70 to
80 µs an event there and 13 in PostgreSQL. `cProfile` spreads the former thin: 29 % to make events of their bytes, most of it
pydantic's own part; 13 % for the rows and JSON of directives; 12 % to fold; 11 % for inbox lines, whose ids are UUIDs of version 5;
10 % to take rows from the connection; the rest to hash, to compare, and to keep the streams apart. What was tried and kept: one
validation straight from the bytes, a fold that changes one state and tells events apart by their type, ids derived from a hash
begun once, batches in place of rows, no garbage collector in these processes, sorts in PostgreSQL's memory. What was tried and
left, for it gained nothing that could be measured: smaller batches, lists validated at once, instants remembered by their text.
Half the rate of mere reading would leave about 20 µs for all of it, which no Python that makes an object of each event has; it
would take a compiled decoder and fold, a second set of rules to keep equal to the first.

## Machine

{machine}

Share of processor time taken by other guests of the host during the run: {stolen:.0%}.
"""


def page(figures: dict[str, Any]) -> str:
    """The Markdown text."""
    events = figures["events"]
    rows = [
        _row("Full verification", figures["verify_s"], 20, "s"),
        _row("Memory of the verification", figures["verify_memory_mb"], 512, "MB"),
        _row("Full verification ÷ the same rows merely read and hashed", figures["verify_ratio"], 0.5, "", least=True),
        _row("Checkpoint, median", figures["checkpoint_ms"]["median"], 50, "ms"),
        _row("Checkpoint, slowest", figures["checkpoint_ms"]["slowest"], 50, "ms"),
        _row("Inclusion proof, slowest", figures["inclusion"]["slowest_ms"], 10, "ms"),
        _row("Hashes of an inclusion proof, most", figures["inclusion"]["most_hashes"], 20, ""),
    ]
    beside = (
        f"\nIn this run: verification {events / figures['verify_s']:,.0f} events/s, "
        f"reading and hashing {events / figures['read_and_hash_s']:,.0f} events/s.\n"
    )
    machine = "\n".join(f"- {name}: {value}" for name, value in figures["machine"].items())
    notes = _NOTES.format(machine=machine, stolen=figures["stolen_share"])
    return _HEAD.format(events=events) + "\n".join(rows) + "\n" + beside + notes


def _row(what: str, measured: float, target: float, unit: str, *, least: bool = False) -> str:
    reached = measured >= target if least else measured <= target
    sign, space = ("≥" if least else "≤"), " " if unit else ""
    return f"| {what} | {measured:.2f}{space}{unit} | {sign} {target:g}{space}{unit} | {'reached' if reached else '**missed**'} |"
