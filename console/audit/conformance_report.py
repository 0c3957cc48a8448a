"""What `dondoc audit conformance` says: a table of deviations with a summary, or JSON written verdict by verdict."""

import json
from collections import Counter
from typing import Any, Protocol, TextIO

from rich.table import Table
from rich.text import Text

from audit.conformance.finding import OUTCOME_WORDS, Finding, Outcome, Rule
from audit.conformance.table import RULES
from audit.conformance.verdict import Verdict
from audit.conformance.view import verdict_view
from console.common import out

MOST_ROWS = 200
"""Findings shown in the table; the others are counted."""


class Report(Protocol):
    """Takes verdicts one by one; `close` ends it."""

    judged: int
    deviating: int

    def add(self, verdict: Verdict) -> None:
        """One more verdict."""
        ...

    def close(self) -> None:
        """All have been added."""
        ...


class _Counts:
    """How many directives came out how, and how many applications of each rule."""

    def __init__(self) -> None:
        self.judged = self.deviating = 0
        self.rules: Counter[tuple[str, Outcome]] = Counter()

    def add(self, verdict: Verdict) -> None:
        self.judged += 1
        self.deviating += verdict.outcome is Outcome.DEVIATES
        for ruled in verdict.ruled:
            for finding in ruled.findings:
                self.rules[ruled.rule.code, finding.outcome] += 1

    def of(self, outcome: Outcome) -> int:
        """All applications of rules with this outcome."""
        return sum(count for (_, found), count in self.rules.items() if found is outcome)

    def by_rule(self) -> list[dict[str, Any]]:
        """A row for each rule of the table."""
        return [
            {"rule": rule.code, **{str(outcome): self.rules[rule.code, outcome] for outcome in Outcome}}
            for rule in RULES
        ]


class _Words(_Counts):
    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self._outcomes = tuple(Outcome) if whole else (Outcome.DEVIATES, Outcome.OPEN)
        self._shown: list[tuple[str | Text, ...]] = []
        self._more = 0

    def add(self, verdict: Verdict) -> None:
        super().add(verdict)
        for ruled in verdict.ruled:
            for outcome in self._outcomes:
                found = [finding for finding in ruled.findings if finding.outcome is outcome]
                # What is kept is kept each time; what is broken is told each time by itself.
                for some in [found] if outcome is Outcome.CONFORMS else [[finding] for finding in found]:
                    if some and len(self._shown) < MOST_ROWS:
                        self._shown.append(_row(verdict, ruled.rule, some))
                    else:
                        self._more += bool(some)

    def close(self) -> None:
        if self._shown:
            table = Table(
                *("Số · code", "Đơn vị · unit", "Kết luận · verdict", "Quy tắc · rule", "Sự kiện · events"), box=None
            )
            for row in self._shown:
                table.add_row(*row)
            out.print(table)
        if self._more:
            out.print(f"… và {self._more} dòng nữa, xem đủ bằng --json · and more, all of them with --json")
        conforming = self.judged - self.deviating
        summary = (
            f"{self.judged} nhiệm vụ: {conforming} phù hợp, {self.deviating} sai lệch"
            f" · directives: {conforming} conform, {self.deviating} deviate"
        )
        out.print(Text(summary, "bold red" if self.deviating else "bold green"))
        applied, opened = sum(self.rules.values()), self.of(Outcome.OPEN)
        out.print(
            f"{len(RULES)} quy tắc, áp dụng {applied} lần, {opened} lần không kết luận được"
            f" · rules, applied {applied} times, {opened} times without a verdict"
        )


_COLOURS = {Outcome.DEVIATES: "red", Outcome.OPEN: "yellow", Outcome.CONFORMS: "green"}
CITED = 4
"""Events cited in a row of the table."""


def _row(verdict: Verdict, rule: Rule, findings: list[Finding]) -> tuple[str | Text, ...]:
    """One rule on one directive: what it found, or what kept it, with the events."""
    first = findings[0]
    vietnamese, english = OUTCOME_WORDS[first.outcome]
    what = Text.assemble((f"{rule.code}: {rule.vietnamese}", "bold"), f" · {rule.english}")
    if first.told is not None:
        what.append(f"\n{first.told.vietnamese}\n{first.told.english}")
    if first.policy:
        what.append(f"\n{first.policy}", "dim")
    cited = dict.fromkeys(entry for finding in findings for entry in finding.events)
    lines = [f"{e.event.stream_version} @{e.position} {e.event.data.type}" for e in [*cited][:CITED]]
    if len(cited) > CITED:
        lines.append(f"… +{len(cited) - CITED}")
    return (
        verdict.code or str(verdict.directive_id),
        verdict.lead_unit,
        Text(f"{vietnamese} · {english}", _COLOURS[first.outcome]),
        what,
        Text("\n".join(lines)),
    )


class _Written(_Counts):
    """One JSON value, written as it comes: memory stays the same however many directives there are."""

    def __init__(self, to: TextIO, *, whole: bool) -> None:
        super().__init__()
        self._to, self._whole = to, whole
        self._views = 0

    def add(self, verdict: Verdict) -> None:
        super().add(verdict)
        if self._whole:
            self._put(verdict_view(verdict))
        elif verdict.outcome is Outcome.DEVIATES:
            self._put(verdict_view(verdict, only=Outcome.DEVIATES))

    def _put(self, view: dict[str, Any]) -> None:
        self._write((",\n" if self._views else '{"directives": [\n') + json.dumps(view, ensure_ascii=False))
        self._views += 1

    def close(self) -> None:
        summary = {
            "judged": self.judged,
            "conforms": self.judged - self.deviating,
            "deviates": self.deviating,
            "rules": self.by_rule(),
        }
        begun = "" if self._views else '{"directives": ['
        self._write(f'{begun}\n],\n"summary": {json.dumps(summary, ensure_ascii=False)}}}\n')

    def _write(self, text: str) -> None:
        try:
            self._to.write(text)
            self._to.flush()
        except BrokenPipeError:
            out.on_broken_pipe()


def in_words(*, whole: bool) -> Report:
    """A table and the summary; `whole`: all rules that apply, else what deviates and what cannot be judged."""
    return _Words(whole=whole)


def as_written(to: TextIO, *, whole: bool) -> Report:
    """JSON; `whole`: every verdict with all that its rules found, else those that deviate with what is wrong."""
    return _Written(to, whole=whole)
