"""`make patterns`: writes docs/matrix.csv, docs/matrix.md and docs/patterns.md."""

import sys

from tests.completeness.documents import DOCUMENTS

for path, made in DOCUMENTS.items():
    path.write_text(made(), encoding="utf-8")
    sys.stdout.write(f"{path}\n")
