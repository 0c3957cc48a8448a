"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""

from api.pages import (
    account,
    acting,
    choosing,
    deadlines,
    deliveries,
    directive,
    home,
    issuing,
    live,
    notices,
    previews,
    sign_in,
    static,
    webhooks,
)

PAGES = (
    *(static, sign_in, home, live, deadlines, account, choosing, acting, issuing, previews, notices),
    *(webhooks, deliveries, directive),
)
"""Where one address could be another's, the first one answers."""
