"""Rate limits: the documented intervals, the daily quota and every known form of a 429.

Sources: docs: "rate limits and errors" and the 429 examples of each page; client 1.9.1
`api/client.py` for `Retry-After`, `X-RateLimit-Reset` and `search_quota_exceeded`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from vasttui.clock import Clock
from vasttui.simulator.http.routing import Route
from vasttui.simulator.http.wire import Reply, json_reply, whole_reply
from vasttui.units import DAY

_SHARED, _SHARED_WINDOW = 5, 10.0
"""So many requests of all of the account's endpoints together in so many seconds (recorded)."""

_ACCOUNT = tuple(
    f"/api/v{path}"
    for path in (
        "0/users", "0/subaccounts", "0/tfa", "0/ssh", "0/secrets", "0/auth/", "0/audit_logs",
        "0/template", "1/template", "0/volumes", "0/instance_backups", "0/charges", "1/invoices",
    )
)  # fmt: skip

_TEXT = (("content-type", "text/plain; charset=utf-8"),)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class Limits:
    """Decides whether a request comes too soon. Intervals, and the rate that the account's
    endpoints share, only apply when `enforced`.

    `daily_quota` is the number of searches per UTC day (None: unlimited).
    """

    def __init__(self, clock: Clock, *, enforced: bool, daily_quota: int | None) -> None:
        self._clock = clock
        self._enforced = enforced
        self._quota = daily_quota
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}
        self._refusals = 0
        self._day = 0
        self._searches = 0

    def refusal(self, route: Route, identity: str) -> Reply | None:
        """The 429 for a request that comes too soon; None lets it through and counts it."""
        if self._enforced and route.interval:
            name = (route.operation, route.method, identity)
            wait = self._take(name, route.burst, route.interval)
            if wait > 0:
                forms = list(TOO_MANY.values())
                self._refusals += 1
                return forms[(self._refusals - 1) % len(forms)](route.interval, wait)
        if self._enforced and route.path.startswith(_ACCOUNT):
            wait = self._take(("account", "", identity), _SHARED, _SHARED_WINDOW / _SHARED)
            if wait > 0:
                return too_many_of_all(self._clock.now())
        if route.operation == "search" and self._quota is not None:
            return self._quota_refusal(self._quota)
        return None

    def _take(self, name: tuple[str, str, str], burst: int, interval: float) -> float:
        """Seconds until the next request is allowed; 0 takes a token."""
        now = self._clock.monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled) / interval)
        bucket.filled = now
        if bucket.tokens >= 1 - 1e-9:
            bucket.tokens -= 1
            return 0.0
        return (1 - bucket.tokens) * interval

    def _quota_refusal(self, quota: int) -> Reply | None:
        now = self._clock.now()
        day = int(now // DAY)
        if day != self._day:
            self._day, self._searches = day, 0
        if self._searches >= quota:
            return quota_exceeded(now)
        self._searches += 1
        return None


def quota_exceeded(now: float) -> Reply:
    """The daily search quota is used up; it resets at midnight UTC."""
    reset = (int(now // DAY) + 1) * DAY
    body = {"error": "search_quota_exceeded", "msg": "Daily search quota exceeded."}
    return json_reply(body, 429, (("x-ratelimit-reset", str(reset)),))


def too_many_of_all(now: float) -> Reply:
    """The recorded 429 of the rate that all of the account's endpoints share."""
    seconds = int(_SHARED_WINDOW)
    body = {
        "error": "HTTPTooManyRequests", "msg": _SOON, "retry_after": seconds,
        "limit": float(_SHARED), "remaining": 0,
    }  # fmt: skip
    headers = (
        ("retry-after", str(seconds)), ("x-ratelimit-limit", f"{float(_SHARED)}"),
        ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", str(ceil(now) + seconds)),
    )  # fmt: skip
    return json_reply(body, 429, headers)


def _code(interval: float) -> dict[str, object]:
    text = f"{_SOON} endpoint threshold={interval}"
    return {"success": False, "error": "rate_limit_exceeded", "msg": text}


def _text(words: str) -> Reply:
    return whole_reply(429, _TEXT, words.encode())


_SOON = "API requests too frequent"
TOO_MANY: dict[str, Callable[[float, float], Reply]] = {
    "plain": lambda interval, _: _text(f"{_SOON}: endpoint threshold={interval}"),
    "short": lambda interval, _: _text(_SOON),
    "detail": lambda interval, _: json_reply({"detail": _code(interval)["msg"]}, 429),
    "json": lambda interval, _: json_reply(_code(interval), 429),
    "header": lambda interval, wait: json_reply(
        _code(interval), 429, (("retry-after", str(ceil(wait))),)
    ),
    "body": lambda interval, wait: json_reply(
        {**_code(interval), "retry_after": round(wait, 3)}, 429
    ),
}
"""Each known form of a 429, built from the interval and the seconds left to wait."""
