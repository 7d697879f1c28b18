"""The one tree of errors: every error carries a message code, its parameters, and whether trying again can help."""

from collections.abc import Sequence
from typing import Any

from . import messages


class OneMapError(Exception):
    """Base of all errors the user can meet.

    `code` names the text in resources/messages/; `params` fill its placeholders. `str(error)` is the text in the
    language chosen by `messages.set_language`.
    """

    retryable = False

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return messages.text(self.code, **self.params)

    @property
    def message(self) -> messages.Message:
        """The text, which can be told again in another language."""
        return messages.message(self.code, **self.params)


class InputError(OneMapError):
    """The user's data or parameters cannot be used as they are."""


class CrsError(InputError):
    """A coordinate reference system is missing, refused, or contradicts the coordinates."""


def is_refused_write(error: BaseException) -> bool:
    """Whether a library's error says that the disk refused what was written: lxml has one of its own for that, known
    by name, since lxml may be absent.
    """
    return isinstance(error, OSError) or type(error).__name__ == "SerialisationError"


class CatalogueError(InputError):
    """A catalogue or rule file is wrong; `mistakes` lists every one as (file, line, key, what)."""

    def __init__(self, code: str, /, mistakes: Sequence[Any] = (), **params: Any) -> None:
        super().__init__(code, **params)
        self.mistakes = tuple(mistakes)


class OutputError(OneMapError):
    """A result could not be written (read-only place, full disk, file open elsewhere)."""

    retryable = True


class LibraryError(OneMapError):
    """A Python library that one function needs is not there, or cannot be loaded; `cause` is Python's ImportError."""

    def __init__(self, cause: ImportError) -> None:
        super().__init__("library_missing", library=(cause.name or str(cause)).split(".")[0])
        self.cause = cause


class UnexpectedError(OneMapError):
    """A fault of the program itself, in words that say what to do; `cause` is the exception behind it."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__("unexpected")
        self.cause = cause


class Cancelled(OneMapError):
    """The user stopped the run; nothing partial is presented as a result."""

    def __init__(self) -> None:
        super().__init__("cancelled")
