"""Reads the service's refusals, which come in many shapes (docs: "rate limits and errors")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Redirected,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    VastError,
)
from vasttui.models.decode import NotJson, read_json
from vasttui.text import MESSAGE_CAP, clean

_PREFIX = re.compile(r"^error \d+(/\d+)?:\s*")
_THRESHOLD = re.compile(r"threshold\s*[=:]\s*([0-9]+(?:\.[0-9]+)?)")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
LONGEST_HINT = 3_600.0
"""Seconds: a longer wait asked for by the service is not believed."""


def refusal(status: int, headers: Mapping[str, str], body: bytes, sent_key: bool) -> VastError:
    """The error for an answer whose status is not 2xx. `sent_key`: a key went along."""
    document = _document(body)
    code, words = _words(document, body)
    if 300 <= status < 400:
        where = clean(headers.get("location", "another address"), 120)
        return Redirected(
            f"The service pointed to {where}; vasttui does not follow it.",
            hint="Check VAST_URL and whether a proxy stands between.",
        )
    if status == 429:
        return _too_many(headers, document, body, code)
    if _is_auth(status, code, words):
        return _auth(status, code, words, sent_key)
    if status == 403:
        return PermissionDenied(
            _sentence(words, "The key has no right to do this."), status=status, code=code
        )
    if status in (404, 410):
        return NotFound(_sentence(words, "The service does not know it."), status=status, code=code)
    if status == 408 or status >= 500:
        return ServiceDown(f"The service is in trouble (HTTP {status}).", status=status)
    return Rejected(
        _sentence(words, f"The service refused the request (HTTP {status})."),
        status=status,
        code=code,
    )


def refusal_in(document: object, sent_key: bool) -> VastError | None:
    """The error in an answer with status 200 that says `success: false`, else None."""
    if not isinstance(document, dict) or document.get("success") is not False:
        return None
    code, words = _words(document, b"")
    if _is_auth(200, code, words):
        return _auth(200, code, words, sent_key)
    return Rejected(_sentence(words, "The service refused the request."), status=200, code=code)


def not_json(content_type: str) -> BrokenAnswer:
    """The error for an answer with status 2xx that is no JSON document."""
    if "html" in content_type.lower():
        return BrokenAnswer(
            "A web page came instead of an answer.",
            hint="Is there a proxy or a login page between you and the service?",
        )
    return BrokenAnswer("The answer of the service was cut off or garbled.")


def retry_after(headers: Mapping[str, str], document: object, body: bytes) -> float | None:
    """Seconds to wait: header `Retry-After`, else `retry_after` in the body, else `threshold=`."""
    header = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(header):
        return min(float(header), LONGEST_HINT)
    if isinstance(document, dict):
        value = document.get("retry_after")
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return min(float(value), LONGEST_HINT)
    found = _THRESHOLD.search(body[:2048].decode("utf-8", "replace"))
    return min(float(found[1]), LONGEST_HINT) if found else None


def _too_many(headers: Mapping[str, str], document: object, body: bytes, code: str) -> RateLimited:
    if code == "search_quota_exceeded":
        reset = headers.get("x-ratelimit-reset", "").strip()
        return SearchQuotaExceeded(
            "The search quota of today is used up.",
            resets_at=float(reset) if _NUMBER.fullmatch(reset) else None,
            hint="It comes back at midnight UTC.",
        )
    return RateLimited(
        "The service asks for fewer requests.",
        retry_after=retry_after(headers, document, body),
        code=code,
    )


def _is_auth(status: int, code: str, words: str) -> bool:
    """Unknown keys come as 401, 403, 404 or even 400; the body tells, not the status."""
    return status == 401 or code == "auth_error" or "session expired" in words.lower()


def _auth(status: int, code: str, words: str, sent_key: bool) -> VastError:
    if not sent_key:
        return AuthRejected("This needs an API key.", status=status, code=code, hint="K adds one.")
    low = words.lower()
    if "two factor" in low:
        message = "The account wants two-factor sign-in for this; the plain key is not enough."
    elif "session expired" in low:
        message = "The session behind the key has expired."
    elif "privileges" in low or "permission" in low:
        return PermissionDenied("The key lacks the right to do this.", status=status, code=code)
    else:
        message = "The service does not know this API key."
    return AuthRejected(message, status=status, code=code, hint="K enters another key.")


def _document(body: bytes) -> object:
    try:
        return read_json(body[:65_536])
    except NotJson:
        return None


def _words(document: object, body: bytes) -> tuple[str, str]:
    """The service's code and sentence, cleaned; both may be empty."""
    if not isinstance(document, dict):
        text = body[:MESSAGE_CAP].decode("utf-8", "replace")
        return "", "" if text.lstrip().startswith("<") else clean(text, MESSAGE_CAP)
    code = document.get("error")
    for name in ("msg", "message", "detail", "error"):
        words = document.get(name)
        if isinstance(words, str) and words.strip():
            break
    else:
        words = ""
    return (
        clean(code, 64) if isinstance(code, str) else "",
        _PREFIX.sub("", clean(words, MESSAGE_CAP)),
    )


def _sentence(words: str, otherwise: str) -> str:
    if not words:
        return otherwise
    return words if words.endswith((".", "!", "?")) else f"{words}."
