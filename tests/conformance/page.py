"""The generated parts of docs/conformance.md: the table of rules and the drawing of the process."""

from importlib.resources import files
from pathlib import Path

import yaml

from audit.conformance.drawing import mermaid
from audit.conformance.process import normative
from audit.conformance.table import RULES
from domain.policy import Policy

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


def parts() -> dict[str, str]:
    """Each part by the name of its mark in the page."""
    return {"rules": _rules(), "process": f"```mermaid\n{mermaid(normative(_thuong()))}\n```"}


def written(page: str) -> str:
    """The page with its generated parts as they ought to be."""
    for name, text in parts().items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


def _rules() -> str:
    lines = ["| rule | Quy tắc | what it says | rests on |", "|---|---|---|---|"]
    lines += [f"| `{rule.code}` | {rule.vietnamese} | {rule.english} | {rule.basis} |" for rule in RULES]
    return "\n".join(lines)


def _thuong() -> Policy:
    text = files("domain").joinpath("policies/default.yaml").read_text(encoding="utf-8")
    return Policy.model_validate(yaml.safe_load(text)["policies"][0])


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
