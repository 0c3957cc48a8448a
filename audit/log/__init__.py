"""The log of the record: its Merkle tree, and the signed statements about it that leave the house."""
