"""Ports for programs that a test starts."""

import socket

from embedded.temporal import free_port


def free_ports(count: int) -> int:
    """The first of several ports next to each other on which nothing listens."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first
