"""Checks of the one-server deployment."""
