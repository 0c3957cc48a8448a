"""The one error of the directory."""


class DirectoryError(ValueError):
    """The directory contradicts itself: a code twice, an unknown parent or unit, a cycle, or days that do not fit.

    In both languages; `code` is stable, for programs.
    """

    def __init__(self, vietnamese: str, english: str, *, code: str = "directory_contradicts") -> None:
        super().__init__(f"{vietnamese} · {english}")
        self.vietnamese = vietnamese
        self.english = english
        self.code = code
