"""The auditor's desk in pages: the same questions as under /api/v1/audit, with the same rights, noted as reads in the same way."""

from api.pages.audit import bundle, checkpoints, home, proof, reads, state, verdict

AUDIT_PAGES = (home, state, verdict, checkpoints, proof, bundle, reads)
