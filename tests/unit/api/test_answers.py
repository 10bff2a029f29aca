"""Every known way the service refuses, and what the user reads."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.api.answers import TooFrequent, refusal, refusal_in
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

NOW = 1_790_000_000.0
MIDNIGHT = 1_790_035_200.0
TFA = "Your key lacks proper privileges. This requires Two Factor Authentication."


def answer(status: int, body: object, *, key: bool = True, **headers: str) -> VastError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return refusal(status, names, raw, sent_key=key, now=NOW)


def said(code: str, msg: str) -> dict[str, object]:
    return {"success": False, "error": code, "msg": msg}


@pytest.mark.parametrize(
    ("status", "body", "kind", "sentence"),
    [
        (400, said("invalid_request", "Invalid json body"), Rejected, "Invalid json body."),
        (400, {"error": "max_secrets"}, Rejected, "max_secrets."),
        (400, {"msg": "error 400/3514: bad disk!"}, Rejected, "bad disk!"),
        (409, {"error": "user_exists", "message": "Taken."}, Rejected, "Taken."),
        (422, {"detail": "size is wrong"}, Rejected, "size is wrong."),
        (422, {"detail": [{"loc": ["size"]}]}, Rejected, "Vast.ai refused the request (HTTP"),
        (400, b"", Rejected, "Vast.ai refused the request (HTTP 400)."),
        (400, b"No.", Rejected, "No."),
        (
            404, said("no_such_ask", "error 404/3603: no_such_ask Instance 7 is gone"),
            NotFound, "no_such_ask Instance 7 is gone.",
        ),
        (410, said("no_such_ask", "gone"), NotFound, "gone."),
        (410, said("deprecated_endpoint", "Use v1"), Rejected, "Use v1."),
        (404, b"", NotFound, "Vast.ai did not find it."),
        (401, said("auth_error", "Invalid user key"), AuthRejected, "rejected this API key"),
        (404, said("auth_error", "Invalid user key"), AuthRejected, "rejected this API key"),
        (403, said("auth_error", "This action requires login."), AuthRejected, "requires login."),
        (401, b"<html>who are you</html>", AuthRejected, "rejected this API key"),
        (401, {"detail": "Authentication credentials were not provided."}, AuthRejected, "creden"),
        (404, {"msg": "Session expired. Please log in again."}, AuthRejected, "has expired"),
        (401, said("auth_error", TFA), TwoFactorRequired, "two-factor"),
        (403, said("permission_error", TFA), TwoFactorRequired, "two-factor"),
        (403, said("", "Two-factor authentication"), TwoFactorRequired, "two-factor"),
        (401, said("", "This route requires a 2FA login."), TwoFactorRequired, "two-factor"),
        (404, said("auth_error", "TFA required"), TwoFactorRequired, "two-factor"),
        (401, said("", "Invalid 2FA code"), AuthRejected, "Invalid 2FA code"),
        (401, said("", "Your key lacks proper privileges."), PermissionDenied, "privileges."),
        (403, said("permission_error", "No right to write"), PermissionDenied, "No right to wri"),
        (403, b"", PermissionDenied, "lacks the permission"),
        (403, b"<html>Blocked by the firewall</html>", BrokenAnswer, "Got a web page"),
        (404, b"<!DOCTYPE html><title>404</title>", BrokenAnswer, "Got a web page"),
        (408, b"", ServiceDown, "having problems (HTTP 408)"),
        (500, b"", ServiceDown, "having problems (HTTP 500)"),
        (502, b"<html>502 Bad Gateway</html>", ServiceDown, "having problems (HTTP 502)"),
        (503, said("busy", "later"), ServiceDown, "having problems (HTTP 503)"),
    ],
)  # fmt: skip
def test_each_shape_of_refusal(
    status: int, body: object, kind: type[VastError], sentence: str
) -> None:
    error = answer(status, body)
    assert type(error) is kind
    assert sentence in str(error)
    assert str(error).endswith((".", "!"))
    assert getattr(error, "status", status) == status


@pytest.mark.parametrize(
    ("status", "words", "sentence", "hint"),
    [
        (403, "Your key lacks proper privileges: api.charges_GET",
         "This key may not read billing (it lacks billing_read).", True),
        (401, "lacks permission for api.charges_GET",
         "This key may not read billing (it lacks billing_read).", True),
        (403, "lacks api.charges_GET", "This key may not read billing (it lacks billing_read).",
         True),
        (403, "You do not have permission to delete this API Key.",
         "You do not have permission to delete this API Key.", False),
        (403, "You are blacklisted.", "You are blacklisted.", False),
        (403, "", "The API key lacks the permission for this.", True),
    ],
)  # fmt: skip
def test_a_key_without_the_right_learns_which_it_lacks(
    status: int, words: str, sentence: str, hint: bool
) -> None:
    body = json.dumps(said("", words)).encode()
    error = refusal(status, {}, body, sent_key=True, now=NOW, right="billing_read")
    assert isinstance(error, PermissionDenied)
    assert str(error) == sentence
    assert bool(error.hint) is hint


def test_the_code_of_the_service_is_kept() -> None:
    error = answer(400, said("insufficient_credit", "no money"))
    assert isinstance(error, Rejected)
    assert error.code == "insufficient_credit"


def test_without_a_key_the_user_learns_that_one_is_needed() -> None:
    error = answer(403, said("auth_error", "This action requires login."), key=False)
    assert isinstance(error, AuthRejected)
    assert str(error) == "This needs an API key."


def test_the_words_of_a_stranger_are_cleaned() -> None:
    error = answer(400, said("\x1b[31mred", "\x1b]52;c;eA==\x07 \u202egnp" + "x" * 5_000))
    assert isinstance(error, Rejected)
    assert (str(error) + error.code).isprintable()
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("https://evil.example/x?y=1", "evil.example"),
        ("//evil.example:81/", "evil.example"),
        ("/login", "another page"),
        ("", "another page"),
        ("https://[::1", "another page"),
        ("https://a\x1bb.example", "a␛b.example"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_names_the_other_host(status: int, location: str, place: str) -> None:
    error = refusal(status, {"location": location}, b"", sent_key=True, now=NOW)
    assert type(error) is Redirected
    assert str(error) == f"Vast.ai redirected to {place}; the redirect was not followed."


@pytest.mark.parametrize(
    ("body", "headers", "wait", "interval"),
    [
        (b"API requests too frequent", {}, None, None),
        (b"API requests too frequent: endpoint threshold=...", {}, None, None),
        (b"API requests too frequent: endpoint threshold=2.5", {}, 2.5, 2.5),
        ({"detail": "API requests too frequent endpoint threshold=2.0"}, {}, 2.0, 2.0),
        (said("rate_limit_exceeded", "too frequent threshold=3.0"), {}, 3.0, 3.0),
        ({"error": "slow", "retry_after": 7}, {}, 7.0, None),
        ({"retry_after": "7"}, {}, None, None),
        ({"retry_after": float("nan")}, {}, None, None),
        (b"", {"retry_after": "8"}, 8.0, None),
        (b"threshold=4.5", {"retry_after": "1.5"}, 4.5, 4.5),
        (b"", {"retry_after": "99999"}, 3600.0, None),
        (b"", {"retry_after": "soon"}, None, None),
        (b"", {"retry_after": "-5"}, None, None),
        (b"", {"retry_after": "Mon, 21 Sep 2026 14:13:50 GMT"}, 30.0, None),
        (b"", {"x_ratelimit_reset": str(int(NOW) + 12)}, 12.0, None),
        (b"", {"x_ratelimit_reset": "12"}, None, None),
        (b"<html>busy</html>", {}, None, None),
    ],
)
def test_every_hint_of_a_429_is_read(
    body: object, headers: dict[str, str], wait: float | None, interval: float | None
) -> None:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = refusal(429, names, raw, sent_key=True, now=NOW)
    assert type(error) is TooFrequent
    assert error.retry_after == wait
    assert error.interval == interval
    assert error.status == 429


def test_the_daily_quota_is_another_thing_than_a_moments_rest() -> None:
    quota = {"error": "search_quota_exceeded", "msg": "?"}
    error = answer(429, quota, x_ratelimit_reset="1790035200", retry_after="60")
    assert isinstance(error, SearchQuotaExceeded)
    assert error.resets_at == 1_790_035_200.0
    silent = answer(429, quota)
    assert isinstance(silent, SearchQuotaExceeded)
    assert silent.resets_at == MIDNIGHT


def test_a_refusal_may_come_with_status_200() -> None:
    error = refusal_in(said("resources_unavailable", "All rented"), status=200, sent_key=True)
    assert isinstance(error, Rejected)
    assert (str(error), error.code, error.status) == ("All rented.", "resources_unavailable", 200)
    auth = refusal_in(said("auth_error", "Invalid user key"), status=200, sent_key=True)
    assert isinstance(auth, AuthRejected)
    fine: tuple[object, ...] = ({"success": True}, {"offers": []}, [], None, {"success": 0})
    for good in fine:
        assert refusal_in(good, status=200, sent_key=True) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
BODIES = st.binary(max_size=80) | st.fixed_dictionaries(
    {},
    optional={
        name: JSON for name in ("success", "error", "msg", "message", "detail", "retry_after")
    },
).map(lambda data: json.dumps(data).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-ratelimit-reset", "location"]), st.text(max_size=40)
)


@given(st.integers(300, 599), BODIES, HEADERS, st.booleans())
def test_no_answer_is_beyond_words(
    status: int, body: bytes, headers: dict[str, str], sent_key: bool
) -> None:
    error = refusal(status, headers, body, sent_key=sent_key, now=NOW)
    assert str(error).isprintable()
    assert str(error).strip()
    if isinstance(error, RateLimited):
        assert error.retry_after is None or 0 <= error.retry_after <= 3600
