"""`make patterns`: writes docs/matrix.csv, docs/matrix.md and docs/patterns.md."""

import sys

from tests.completeness.documents import documents

for path, text in documents().items():
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\n")
