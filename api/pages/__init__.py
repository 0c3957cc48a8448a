"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""

from api.pages import (
    account,
    acting,
    choosing,
    deadlines,
    directive,
    home,
    issuing,
    live,
    notices,
    previews,
    sign_in,
    static,
)

PAGES = (static, sign_in, home, live, deadlines, account, choosing, acting, issuing, previews, notices, directive)
"""Where one address could be another's, the first one answers."""
