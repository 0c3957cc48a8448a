"""What clients of the tests trust when they speak plain HTTP over loopback."""

import ssl

TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nobody, which does no harm there: to read the roots that a machine trusts takes every new client 25 ms."""
