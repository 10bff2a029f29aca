"""Turns refusals, which come in many shapes, into errors (docs: "rate limits and errors")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from vasttui.api.outcome import contract_in, job_in
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
    TwoFactorRequired,
    VastError,
)
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.rights import lacks
from vasttui.text import MESSAGE_CAP, clean
from vasttui.units import DAY, HOUR

REFUSAL_BYTES = 65_536
"""Bytes of a refusal that are read."""

_PREFIX = re.compile(r"^error \d+(/\d+)?:\s*")
_THRESHOLD = re.compile(rb"threshold\s*[=:]\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_LONGEST_HINT = HOUR
_MAY_NOT = ("privilege", "permission", "not authorized to")
_TWO_FACTOR = re.compile(
    r"two.factor auth|(?=.*(?:two.factor|2fa|tfa)).*(?:requir|log(?:ged)? ?in|sign(?:ed)? ?in)"
)
_NO_RIGHT = ("privilege", "lacks", " api.")


class TooFrequent(RateLimited):
    """`interval` is the seconds between two calls that the service asks for, None if unsaid."""

    interval: float | None = None


def refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    sent_key: bool,
    now: float,
    right: str = "",
) -> VastError:
    """The error for a status other than 2xx; `sent_key`: with a key; `now` in epoch seconds;
    `right` is what the request needs, if that is known."""
    if status < 400:
        return _redirected(headers.get("location", ""))
    document: object = None
    with suppress(NotJson):
        document = read_json(body)
    if status == 408 or status >= 500:
        trouble = ServiceDown(
            f"Vast.ai is having problems (HTTP {status}).",
            status=status,
            hint="This usually passes.",
        )
        return _with_contract(trouble, document)
    code, words = _words(document, body)
    if status == 429:
        return _with_contract(_too_many(headers, document, body, code, now), document)
    if document is None and words == "" and body.strip() and status != 401:
        return not_json("text/html")
    return _with_contract(_refused(status, code, words, sent_key, right), document)


def refusal_in(
    document: object, *, status: int, sent_key: bool, right: str = ""
) -> VastError | None:
    """The error in a 2xx answer that says `success: false`, else None. See `refusal`."""
    if not isinstance(document, dict) or document.get("success") is not False:
        return None
    code, words = _words(document, b"")
    return _with_contract(_refused(status, code, words, sent_key, right), document)


def _with_contract(error: VastError, document: object) -> VastError:
    if isinstance(error, Rejected | ServiceDown):
        error.contract = contract_in(document)
    if isinstance(error, Rejected):
        error.job = job_in(document)
    return error


def rows_in(document: object, field: str, what: str) -> list[object]:
    """The list in `field` of an answer. Raises BrokenAnswer if there is none."""
    rows = document.get(field) if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BrokenAnswer(f"The answer contains no list of {what}.")
    return rows


def not_json(content_type: str) -> BrokenAnswer:
    """The error for a 2xx answer that is not JSON."""
    if "html" in content_type.lower():
        return BrokenAnswer(
            "Got a web page instead of an answer.",
            hint="Is a proxy or a login page in the way?",
        )
    return BrokenAnswer("The answer was cut off or garbled.")


def _redirected(location: str) -> Redirected:
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    where = clean(host, 100) if host else "another page"
    return Redirected(
        f"Vast.ai redirected to {where}; the redirect was not followed.",
        hint="Check VAST_URL and your proxy settings.",
    )


def _refused(status: int, code: str, words: str, sent_key: bool, right: str) -> VastError:
    # An unknown key is answered with 401, 403, 404 or even 400; only the body tells.
    low = words.lower()
    asks_more = status == 403 and sent_key and _TWO_FACTOR.search(low)
    if status == 401 or code == "auth_error" or "session expired" in low or asks_more:
        return _auth(status, code, words, sent_key, right)
    if status == 403:
        return _denied(status, code, words, right)
    if status in (404, 410) and code != "deprecated_endpoint":
        message = _sentence(words, "Vast.ai did not find it.")
        return NotFound(message, status=status, code=code)
    message = _sentence(words, f"Vast.ai refused the request (HTTP {status}).")
    return Rejected(message, status=status, code=code)


def _auth(status: int, code: str, words: str, sent_key: bool, right: str) -> VastError:
    if not sent_key:
        return AuthRejected("This needs an API key.", status=status, code=code)
    low = words.lower()
    if _TWO_FACTOR.search(low):
        return TwoFactorRequired(
            "The service wants a login with two-factor authentication for this.",
            status=status,
            code=code,
            hint="Log in under Account, Profile (`vastai tfa login` does it too; VAST_API_KEY goes "
            "before it), or use the web.",
        )
    if any(word in low for word in _MAY_NOT):
        return _denied(status, code, words, right)
    if "session expired" in low:
        message = "The session behind the key has expired."
    elif words and low != "invalid user key":
        message = f"Vast.ai rejected the API key: {_sentence(words, '')}"
    else:
        message = "Vast.ai rejected this API key."
    return AuthRejected(message, status=status, code=code, hint="Enter another key.")


def _denied(status: int, code: str, words: str, right: str) -> PermissionDenied:
    """The service names a route, if anything; users choose by the right that the route needs."""
    about_key = any(word in words.lower() for word in _NO_RIGHT)
    message = lacks(right) if right and about_key else words
    return PermissionDenied(
        _sentence(message, "The API key lacks the permission for this."),
        status=status,
        code=code,
        hint="Another key may do it." if about_key or not words else "",
    )


def _too_many(
    headers: Mapping[str, str], document: object, body: bytes, code: str, now: float
) -> RateLimited:
    if code == "search_quota_exceeded":
        reset = headers.get("x-ratelimit-reset", "").strip()
        midnight = (now // DAY + 1) * DAY  # client 1.9.1 api/client.py: the quota of a UTC day
        return SearchQuotaExceeded(
            "Today's search quota is used up.",
            resets_at=float(reset) if _NUMBER.fullmatch(reset) else midnight,
            hint="It resets at midnight UTC.",
        )
    found = _THRESHOLD.search(body[:2048])
    interval = float(found[1]) if found else None
    waits = [*_waits(headers, document, now), *([] if interval is None else [interval])]
    error = TooFrequent(
        "Rate limited by Vast.ai.",
        retry_after=min(max(waits), _LONGEST_HINT) if waits else None,
        code=code,
    )
    error.interval = interval
    return error


def _waits(headers: Mapping[str, str], document: object, now: float) -> list[float]:
    """Every wait that the service asks for, in seconds."""
    waits = []
    after = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(after):
        waits.append(float(after))
    elif after:
        with suppress(ValueError, OverflowError):  # neither a number nor a date: no hint
            waits.append(max(0.0, parsedate_to_datetime(after).timestamp() - now))
    if isinstance(document, dict):
        named = document.get("retry_after")
        if isinstance(named, int | float) and not isinstance(named, bool) and 0 <= named < DAY:
            waits.append(float(named))
    reset = headers.get("x-ratelimit-reset", "").strip()
    if _NUMBER.fullmatch(reset) and 0 < float(reset) - now < DAY:
        waits.append(float(reset) - now)
    return waits


def _words(document: object, body: bytes) -> tuple[str, str]:
    """The service's code and sentence, cleaned; both may be empty."""
    if not isinstance(document, dict):
        text = body[: 4 * MESSAGE_CAP].decode("utf-8", "replace").strip()
        return "", "" if text.startswith("<") else clean(text, MESSAGE_CAP)
    code = document.get("error")
    words = ""
    for name in ("msg", "message", "detail", "error_msg", "error"):
        value = document.get(name)
        if isinstance(value, str) and value.strip():
            words = _PREFIX.sub("", clean(value, MESSAGE_CAP))
            break
    return clean(code, 64) if isinstance(code, str) else "", words


def _sentence(words: str, otherwise: str) -> str:
    if not words:
        return otherwise
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
