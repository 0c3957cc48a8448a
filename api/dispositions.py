"""Content-Disposition with a file name in any script (RFC 6266, with the encoding of RFC 8187)."""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r'[^ -~]|["\\%]')
_DSTROKE = str.maketrans({"đ": "d", "Đ": "D"})


def attachment_disposition(name: str) -> str:
    """The header's value: to be saved and not shown, as `name`; without accents for clients that know no other letters."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    fallback = _UNSAFE.sub("_", bare.translate(_DSTROKE))
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"
