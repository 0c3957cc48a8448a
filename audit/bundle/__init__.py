"""The offline bundle: part of the record with its proofs, and the one file that checks them for somebody who trusts nobody here."""
