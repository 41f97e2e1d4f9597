"""The package's exceptions. All are an :class:`Error`; each is the usual Python exception of its kind too."""

from __future__ import annotations


class Error(Exception):
    """A call failed. ``location`` is the data set's; ``row``, ``id`` and ``column`` say where in it, if known."""

    def __init__(
        self,
        message: str = "",
        *,
        location: str | None = None,
        row: int | None = None,
        id: int | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(message)
        self.location = location
        self.row = row
        self.id = id
        self.column = column

    def __str__(self) -> str:  # KeyError would show the message's repr
        return str(self.args[0]) if self.args else ""


class NotFound(Error, KeyError):
    """The data set, revision, split, column or row doesn't exist, or may not be seen."""


class Conflict(Error):
    """Another commit came first, or the name is taken."""


class Corrupt(Error):
    """A file of the data set is damaged. ``hub fsck`` names all damage."""


class DecodeError(Error, ValueError):
    """An image, audio or video file can't be decoded."""


class Limit(Error):
    """More than a limit allows: of pixels, memory, rows or time."""


class StateError(Error, ValueError):
    """A stream's state doesn't fit the stream, or is loaded too late."""


class AuthError(Error, PermissionError):
    """The server wants a token, or the token may not do this."""


class NetworkError(Error, OSError):
    """A server or bucket can't be reached, or failed."""


class Unsupported(Error, ValueError):
    """This version can't do it: a newer format, a missing optional package."""


class InvalidValue(Error, ValueError):
    """An argument has a wrong value: a location, a revision, a setting, a condition in SQL."""
