"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""

from api.pages import (
    account,
    acting,
    bulk,
    choosing,
    deadlines,
    deliveries,
    directive,
    home,
    issuing,
    listing,
    live,
    notices,
    office,
    overview,
    previews,
    sign_in,
    static,
    webhooks,
)
from api.pages.audit import AUDIT_PAGES

PAGES = (
    *(static, sign_in, home, live, deadlines, account, choosing, notices, overview),
    *(issuing, previews, listing, bulk, acting, directive),
    *AUDIT_PAGES,
    *(webhooks, deliveries, office),
)
"""Where one address could be another's, the first one answers."""
