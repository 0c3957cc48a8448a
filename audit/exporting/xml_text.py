"""Text in the attributes of XML 1.0."""

import re
from xml.sax.saxutils import quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped (section 2.2). The record takes hardly any of it either."""
_is_plain = re.compile("[ !#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*").fullmatch
"""Whether a text stands between double quotes as it is, as nearly all do."""


def quoted(text: str) -> str:
    """The text as an attribute's value with its quotes; line ends survive, what XML cannot hold becomes U+FFFD."""
    return f'"{text}"' if _is_plain(text) else quoteattr(_NOT_XML.sub("\ufffd", text))
