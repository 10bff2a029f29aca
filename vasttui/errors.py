"""What can go wrong, each as a sentence its reader can act on."""

from __future__ import annotations


class VastError(Exception):
    """An expected failure. `str(error)` is one plain sentence; `hint` says what helps."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What went wrong and, where that is known, what helps."""
        return f"{self} {self.hint}".strip()


class SettingsError(VastError):
    """The configuration cannot be used; the message names file, line and nearest match."""


class KeyFileError(VastError):
    """The API key cannot be used. The message never contains the key."""


class QueryError(VastError):
    """A filter text that has no meaning; `start` and `end` mark the spot in the text."""

    def __init__(self, message: str, *, start: int = 0, end: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.start = start
        self.end = end


class NetworkError(VastError):
    """The service was not reached, so nothing was asked of it."""


class TlsError(NetworkError):
    """The service's certificate was not accepted."""


class BrokenAnswer(VastError):
    """The service was reached but its answer never came whole, or cannot be read.

    Whether a request that changes something took effect is unknown.
    """


class AnswerTooLarge(BrokenAnswer):
    """The answer passed the size limit and was dropped."""


class Redirected(BrokenAnswer):
    """The service pointed to another address; it was not followed."""


class ServiceDown(BrokenAnswer):
    """The service answered with a 5xx status or a gateway page.

    `contract` is the number of an instance that the answer names all the same.
    """

    contract: int | None = None

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


CONFLICT = 409
"""The HTTP status of what contradicts how things stand: it may be so already."""


class Rejected(VastError):
    """The service understood the request and refused it.

    `status` is the HTTP status, `code` the service's word for it (may be empty). `contract` is the
    number of an instance that was made all the same.
    """

    contract: int | None = None

    def __init__(self, message: str, *, status: int, code: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


class AuthRejected(Rejected):
    """The key is missing, unknown or expired."""


class PermissionDenied(Rejected):
    """The key is good but lacks a right."""


class NotFound(Rejected):
    """The thing asked for does not exist, or not any more."""


class RateLimited(Rejected):
    """Too many requests. `retry_after` is in seconds, None when the service gave none."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        status: int = 429,
        code: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, status=status, code=code, hint=hint)
        self.retry_after = retry_after


class SearchQuotaExceeded(RateLimited):
    """The daily search quota is used up; it comes back at `resets_at` (epoch seconds, UTC)."""

    def __init__(self, message: str, *, resets_at: float | None = None, hint: str = "") -> None:
        super().__init__(message, code="search_quota_exceeded", hint=hint)
        self.resets_at = resets_at


class NotSignedIn(VastError):
    """There is no API key, or no client yet that uses it."""

    def __init__(self) -> None:
        super().__init__("This needs an API key.")


READ_ONLY = "Read-only mode: nothing is changed."


class ReadOnlyRefused(VastError):
    """Read-only mode: the request was refused before it was sent."""
