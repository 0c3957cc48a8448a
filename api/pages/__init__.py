"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""

from api.pages import account, acting, directive, home, issuing, live, notices, office, previews, sign_in, static

PAGES = (static, sign_in, home, live, account, acting, issuing, previews, notices, office, directive)
"""Where one address could be another's, the first one answers."""
