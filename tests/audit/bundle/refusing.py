"""What every refusal is: a reason that is told, and no accident."""

from pathlib import Path

from audit.bundle.verify import verify


def refused(place: Path, *words: str, keys: list[str] | None = None) -> None:
    verdict = verify(place, keys or [])
    assert not verdict["ok"], verdict
    for word in words:
        assert word in verdict["reason"], verdict["reason"]
    assert "Error(" not in verdict["reason"], f"told only by accident: {verdict['reason']}"
