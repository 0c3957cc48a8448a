"""The page docs/performance.md, made from the figures of one run."""

from collections.abc import Callable
from typing import Any

_HEAD = """# Performance

Figures of one run of `make bench`; `docs/performance.json` holds them in full. Rates are given beside ratios only to show
the size of things: machines here are shared and noisy, so the ratios, each the median over rounds taken in turns, are what
counts. Run `make bench` to get them again.

"""

_NOTES = """
## What is measured

- **Lifecycle**: issue, acknowledge, report completion (by the head, so approved at once), accept: four commands, five events,
  five positions in the log, read models and in-app notices written, on {cores} cores with every process on them, 16 lives at a
  time. *Bare* is a workflow of the same shape with nothing recorded: start, one timer, three updates, no activity. *With mail*
  waits until three mails are taken by a local SMTP server and noted as sent. *Bare_activities* is bare with what our shape asks of
  Temporal: the first command comes with the start, and each of the four calls a local activity, which does nothing.
- **Append**: one event with its command, list row and two notices, in one statement, over 8 connections with fsync on;
  pgbench runs the very same statement with rows of the same size.
- **Latency**: one command at a time through HTTP (acknowledge, report progress, report completion, accept); {samples} samples.
- **Wards**: one `delegate` through HTTP to fourteen wards, idle, until the answer with all sub-directives, ten times: fifteen
  streams in one transaction and fourteen workflows started.
- **Up**: `dondoc up` until its ready line, first on a new data folder, then on the same again; memory 15 s later, all
  processes together: PSS counts shared pages once, RSS as often as they are mapped.

## What bounds the lives, and what was tried

Two cores are all there is, and the table above says who has them. Between *bare* and *bare_activities* lies what Temporal
and its SDK ask for four commands with an activity each; between that and *client* what we add: one append a command in
PostgreSQL, and deciding, folding, hashing and logging in the worker. A mail is an activity from another queue and one more
workflow task.

- Kept: deciding on what was last written (one round trip less a command), sparing the SDK's walks over payloads
  ([0013](decisions/0013-payload-walks-are-spared.md)), tokens and children without queries of their own, no listening while no
  stream is open, one read a notice, as many pollers for notices as notices at a time.
- Tried and left: workflow activations on the main thread (no difference), 40 pollers of workflow tasks in place of 20 (no
  difference), notices sent together (in a life under load each was out before the next came, so nothing was put together).

## Machine

{machine}

Share of processor time taken by other guests of the host during the run: {stolen:.0%}.
"""


def page(figures: dict[str, Any]) -> str:
    """The Markdown text."""
    life, append, wait, up = figures["lifecycle"], figures["append"], figures["latency_ms"], figures["up"]
    rows = [
        _row("Lifecycle through the client ÷ bare Temporal", life["client"]["ratio"], 0.75, _ratio),
        _row("Lifecycle through HTTP ÷ bare Temporal", life["http"]["ratio"], 0.65, _ratio),
        _row("Lifecycle with mail ÷ bare Temporal", life["mail"]["ratio"], 0.45, _ratio),
        _row("Append with read models ÷ pgbench, same statement", append["ratio"], 0.6, _ratio),
        _row("Command through HTTP, idle, p50", wait["command_p50"], 25, _ms, most=True),
        _row("Command through HTTP, idle, p99", wait["command_p99"], 80, _ms, most=True),
        _row("Fourteen wards delegated in one call, slowest", figures["wards_s"]["slowest"], 2, _s, most=True),
        _row("`dondoc up` ready, new folder", up["ready_new_s"], 10, _s, most=True),
        _row("`dondoc up` ready, same folder again", up["ready_again_s"], 10, _s, most=True),
        _row("Memory of all processes at rest (PSS)", up["pss_mb"], 600, _mb, most=True),
        _row("Memory of all processes at rest (RSS)", up["rss_mb"], 600, _mb, most=True),
    ]
    bound = life["bare_activities"]["ratio"]
    rates = ", ".join(f"{kind} {values['per_second']:.1f}/s" for kind, values in life.items())
    beside = (
        f"\nWhat Temporal itself leaves: a workflow of the same shape whose four updates each call a local activity that does "
        f"nothing runs at **{bound:.2f}** of the bare rate. Against that, ours is {life['client']['ratio'] / bound:.2f} "
        f"through the client, {life['http']['ratio'] / bound:.2f} through HTTP and "
        f"{life['mail']['ratio'] / bound:.2f} with mail.\n"
        f"\nRates in this run: lifecycles {rates}; appends {append['per_second']:.0f}/s, pgbench "
        f"{append['pgbench_per_second']:.0f}/s. A bare update, idle: p50 {wait['bare_update_p50']:.1f} ms, "
        f"p99 {wait['bare_update_p99']:.1f} ms.\n"
    )
    beside += _processor_table(life)
    machine = "\n".join(f"- {name}: {value}" for name, value in figures["machine"].items())
    notes = _NOTES.format(
        cores=figures["machine"]["cores"], samples=wait["samples"], machine=machine, stolen=figures["stolen_share"]
    )
    return _HEAD + "| what | measured | target | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n" + beside + notes


def _processor_table(life: dict[str, Any]) -> str:
    programs = sorted({name for kind in life.values() for name in kind["processor_ms"]})
    lines = [
        "\n## Where the processor time goes\n",
        "Milliseconds of one life, by program, both cores together. Temporal and the SDK in the worker take most of it.\n",
        f"| life | {' | '.join(programs)} | all |",
        "|---|" + "---|" * (len(programs) + 1),
    ]
    for kind, values in life.items():
        spent = [values["processor_ms"].get(name, 0.0) for name in programs]
        lines.append(
            f"| {kind} | " + " | ".join(f"{ms:.1f}" if ms >= 0.05 else "" for ms in spent) + f" | {sum(spent):.1f} |"
        )
    return "\n".join(lines) + "\n"


def _row(what: str, value: float, target: float, show: Callable[[float], str], *, most: bool = False) -> str:
    reached = value <= target if most else value >= target
    sign = "≤" if most else "≥"
    return f"| {what} | {show(value)} | {sign} {show(target)} | {'reached' if reached else '**missed**'} |"


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _ms(value: float) -> str:
    return f"{value:.1f} ms"


def _s(value: float) -> str:
    return f"{value:.1f} s"


def _mb(value: float) -> str:
    return f"{value:.0f} MB"
