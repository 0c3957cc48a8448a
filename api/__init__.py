"""The HTTP side: who calls, what they ask, and the answers in the contract's words."""
