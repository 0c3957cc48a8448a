"""A rule over source code: workflows and the domain are replayed, so nothing in them may differ from one time to the next."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_CLOCK = "reads a clock: the time comes with the command, or from workflow.now()"
_CHANCE = "draws by chance: ids derive from the command id (domain/ids.py)"
_OUTSIDE = "reaches outside: only activities read and write; what a rule must know comes in Facts"
_ORDER = "finishes in an order that differs from one time to the next: use workflow.wait or workflow.as_completed"
_SLEEP = "hides a durable timer: use workflow.sleep"

FORBIDDEN_CALLS: dict[str, str] = {
    **dict.fromkeys(("datetime.now", "datetime.utcnow", "datetime.today", "date.today"), _CLOCK),
    **dict.fromkeys(("uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "uuid.getnode"), _CHANCE),
    **dict.fromkeys(("open", "print", "input", "exec", "eval", "breakpoint", "__import__"), _OUTSIDE),
    **dict.fromkeys(("asyncio.to_thread", "asyncio.open_connection", "asyncio.create_subprocess_exec"), _OUTSIDE),
    **dict.fromkeys(("asyncio.wait", "asyncio.as_completed"), _ORDER),
    "asyncio.sleep": _SLEEP,
    "asyncio.run": "runs a loop of its own; a workflow has one already",
    "hash": "differs from process to process for text",
    "id": "is an address in memory",
}
"""Full names of what is called, to the reason why not."""

FORBIDDEN_MODULES: dict[str, str] = {
    "time": _CLOCK,
    **dict.fromkeys(("random", "secrets", "numpy"), _CHANCE),
    **dict.fromkeys(("os", "sys", "io", "pathlib", "shutil", "tempfile", "subprocess", "socket", "ssl"), _OUTSIDE),
    **dict.fromkeys(("urllib", "http", "requests", "httpx", "aiosmtplib", "smtplib", "asyncpg", "sqlite3"), _OUTSIDE),
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "signal", "logging", "structlog"), _OUTSIDE),
}
"""Top modules that nothing is imported from, to the reason why not."""


@dataclass(frozen=True)
class Violation:
    """One place that breaks the rule."""

    where: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.why}"


def violations(source: str, name: str) -> Iterator[Violation]:
    """The places in the module `source` that break the rule; `name` says where it is from."""
    tree = ast.parse(source)
    known = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [(alias.name, FORBIDDEN_MODULES.get(alias.name.partition(".")[0])) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [(node.module or "", FORBIDDEN_MODULES.get((node.module or "").partition(".")[0]))]
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            # Not only calls: a clock handed on as a value is read just the same.
            full = _full_name(node, known)
            found = [(full, FORBIDDEN_CALLS.get(full) or FORBIDDEN_CALLS.get(".".join(full.split(".")[-2:])))]
        else:
            continue
        for what, why in found:
            if why is not None:
                yield Violation(f"{name}:{node.lineno}", what, why)


def _imported(tree: ast.Module) -> dict[str, str]:
    """The names that the module imports, each with its full name."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _full_name(node: ast.expr, known: dict[str, str]) -> str:
    """The dotted name of an expression with its first part as imported, "" for what has none."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = _full_name(node.value, known)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
