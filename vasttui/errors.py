"""The package's exceptions; each message is a sentence the reader can act on."""

from __future__ import annotations


class VastError(Exception):
    """An expected failure. `str(error)` is one plain sentence; `hint` says what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What went wrong and, if known, what to do about it."""
        return f"{self} {self.hint}".strip()


class SettingsError(VastError):
    """The configuration is invalid; the message names file, line and nearest valid name."""


class KeyFileError(VastError):
    """The API key cannot be used. The message never contains the key."""


class QueryError(VastError):
    """An invalid filter text; `start` and `end` mark the place in the text."""

    def __init__(self, message: str, *, start: int = 0, end: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.start = start
        self.end = end


class NoSuchInstance(VastError):
    """No instance, or more than one, is called so."""


class NoLogin(VastError):
    """The instance takes no logins in its state."""


class UnknownField(QueryError):
    """A rule on a field that there is not. The official client leaves it out."""


class NetworkError(VastError):
    """The service was not reached, so the request had no effect."""


class HeldBack(NetworkError):
    """Not sent: the service was down before, and is asked again in `seconds`."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class TlsError(NetworkError):
    """The service's certificate was rejected."""


class BrokenAnswer(VastError):
    """The service was reached, but its answer is incomplete or unreadable.

    Whether a request that changes something took effect is unknown.
    """


class AnswerTooLarge(BrokenAnswer):
    """The answer exceeded the size limit and was dropped."""


class Redirected(BrokenAnswer):
    """The service redirected to another address; it was not followed."""


class ServiceDown(BrokenAnswer):
    """The service answered with a 5xx status or a gateway page.

    `contract` is the id of an instance that the answer names anyway.
    """

    contract: int | None = None

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Unconfirmed(VastError):
    """A change was sent, no answer says whether it was made, and the list does not show it."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"It is not known whether this was done: {why}",
            hint="The list does not show it yet; check it before you send it again.",
        )


CONFLICT = 409
"""The HTTP status of a request that conflicts with the current state: it may be done already."""


class Rejected(VastError):
    """The service understood the request and refused it.

    `status` is the HTTP status, `code` the service's error code (may be empty). `contract` is the
    id of an instance that was created anyway, `job` that of a scheduled job that is in the way.
    """

    contract: int | None = None
    job: int | None = None

    def __init__(self, message: str, *, status: int, code: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


class AuthRejected(Rejected):
    """The API key is missing, unknown or expired."""


class PermissionDenied(Rejected):
    """The API key is valid but lacks a permission."""


class TwoFactorRequired(PermissionDenied):
    """The account takes only the session key of a two-factor sign-in."""


class NotFound(Rejected):
    """What was requested does not exist, or no longer does."""


class RateLimited(Rejected):
    """Too many requests. `retry_after` is in seconds, None if the service gave none."""

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
    """The daily search quota is used up; it resets at `resets_at` (epoch seconds, UTC)."""

    def __init__(self, message: str, *, resets_at: float | None = None, hint: str = "") -> None:
        super().__init__(message, code="search_quota_exceeded", hint=hint)
        self.resets_at = resets_at


class NotSignedIn(VastError):
    """There is no API key, or no client that uses it yet."""

    def __init__(self) -> None:
        super().__init__("This needs an API key.")


READ_ONLY = "Read-only mode: nothing is changed."


class ReadOnlyRefused(VastError):
    """Read-only mode: the request was refused before it was sent."""
