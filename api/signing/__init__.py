"""Signing in to pages: passwords, sessions and their cookie, limits on failed tries, and where requests come from."""
