"""Signing in at an OpenID provider: the authorization code flow with PKCE, and the directory's person behind the claims."""
