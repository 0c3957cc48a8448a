"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""

from api.pages import account, acting, directive, home, issuing, live, notices, previews, sign_in, static
from api.pages.audit import AUDIT_PAGES

PAGES = (static, sign_in, home, live, account, acting, issuing, previews, notices, directive, *AUDIT_PAGES)
"""Where one address could be another's, the first one answers."""
