"""Processes of a test, looked at from outside."""

import psutil


def is_running(pid: int) -> bool:
    """Whether it does anything still; an entry that its parent has not collected yet does not count."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
