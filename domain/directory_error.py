"""The one error of the directory."""


class DirectoryError(ValueError):
    """The directory contradicts itself: a code twice, an unknown parent or unit, a cycle, or days that do not fit."""
