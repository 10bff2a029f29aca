"""Two-factor authentication (docs: "two-factor authentication endpoints"; client 1.9.1
`api/auth.py`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vasttui.simulator.account.rights import Rights
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.units import DAY, MINUTE

CODE = "123456"
"""The code of every method."""

_SESSION, _CHALLENGE, _LOCKED = 7 * DAY, 10 * MINUTE, 15 * MINUTE
_MOST_FAILS = 5
_METHODS = (
    (42, "totp", "Phone app", None, True),
    (43, "sms", "Work phone", "******1234", False),
)


@dataclass(slots=True)
class LoginState:
    """What logins left behind; times are epoch seconds."""

    sessions: dict[str, float] = field(default_factory=dict)
    challenges: dict[str, tuple[str, float]] = field(default_factory=dict)
    backup_codes: list[str] = field(
        default_factory=lambda: [f"ABCD-EFGH-00{number:02}" for number in range(8)]
    )
    fails: int = 0
    locked_until: float | None = None
    last_used: float | None = None


class SecondFactor:
    """Sends codes and opens sessions. Every key that was given out lives a week."""

    def __init__(
        self, rights: Rights, start: float, user: Callable[[float, str], dict[str, object]],
        *, enabled: bool,
    ) -> None:  # fmt: skip
        """`user` is the account as the service shows it."""
        self._rights, self._start, self._user = rights, start, user
        self.enabled = enabled
        self.state = LoginState()

    def restore(self, state: LoginState) -> None:
        """Restore saved state."""
        self.state = state
        self._rights.sessions.update(state.sessions)

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/tfa"
        return [
            Route("GET", f"{base}/status", "tfa_status", self._status, interval=1.0),
            Route("POST", base, "tfa_login", self._login, interval=1.0),
            Route("POST", f"{base}/email", "tfa_email", self._email, interval=1.0),
            Route("POST", f"{base}/sms", "tfa_sms", self._sms, interval=1.0),
        ]

    def expired(self, key: str, now: float) -> Reply | None:
        """The refusal of a session key that is too old; None for any other key."""
        until = self.state.sessions.get(key)
        if until is None or now < until:
            return None
        return error_reply(404, "auth_error", "Session expired. Please log in again.")

    def _status(self, call: Call) -> Reply:
        state = self.state
        methods = [
            {"id": number, "user_id": 123456, "method": method, "label": label,
             "phone_number": phone, "is_primary": primary, "fail_count": state.fails if primary
             else 0, "locked_until": state.locked_until if primary else None,
             "created_at": self._start - 60 * DAY, "last_used": state.last_used}
            for number, method, label, phone, primary in _METHODS
        ]  # fmt: skip
        return json_reply(
            {
                "success": True,
                "tfa_enabled": self.enabled,
                "methods": methods if self.enabled else [],
                "backup_codes_remaining": len(state.backup_codes) if self.enabled else 0,
                "new_method_authorized": False,
            }
        )

    def _email(self, call: Call) -> Reply:
        words = "2FA code sent to your email address."
        return json_reply({"success": True, "msg": words, "secret": self._challenge(call, "email")})

    def _sms(self, call: Call) -> Reply:
        if not self.enabled:
            return error_reply(400, "missing_params", "There is no phone number on the account.")
        return json_reply({"msg": "2FA Sent", "secret": self._challenge(call, "sms")})

    def _challenge(self, call: Call, method: str) -> str:
        secret = _digest(f"{method} {call.now} {len(self.state.challenges)}")[:32]
        self.state.challenges[secret] = (method, call.now + _CHALLENGE)
        return secret

    def _login(self, call: Call) -> Reply:
        body, state = call.request.json_object(), self.state
        if state.locked_until is not None and call.now < state.locked_until:
            locked = {"fail_count": state.fails, "locked_until": state.locked_until}
            words = "Too many failed attempts. Try again later."
            return json_reply(
                {"success": False, "error": "tfa_locked", "msg": words, **locked}, 429
            )
        wrong = self._wrong(call, body)
        if wrong is not None:
            return wrong
        state.fails, state.locked_until, state.last_used = 0, None, call.now
        session = _digest(f"session {call.key} {call.now} {len(state.sessions)}")
        state.sessions[session] = call.now + _SESSION
        self._rights.sessions.add(session)
        left = {"backup_codes_remaining": len(state.backup_codes)}
        return json_reply({**self._user(call.now, call.key), "session_key": session, **left})

    def _wrong(self, call: Call, body: dict[str, object]) -> Reply | None:
        """Why this is not a login; a backup code that is right is used up."""
        state, backup = self.state, body.get("backup_code")
        if backup is not None:
            if backup in state.backup_codes:
                state.backup_codes.remove(str(backup))
                return None
            return self._failed(call, 401, "invalid_backup_code", "Invalid backup code.")
        method, code = self._method(body), body.get("code")
        if not isinstance(code, str):
            return error_reply(400, "missing_auth_value", "A code is needed.")
        if method is None:
            return error_reply(400, "invalid_tfa_method", "Unsupported tfa_method.")
        if method != "totp":
            known, until = state.challenges.get(str(body.get("secret")), ("", 0.0))
            if known != method:
                return error_reply(400, "challenge_not_found", "No matching challenge was found.")
            if call.now > until:
                return error_reply(400, "2fa_expired", "The code has expired.")
        if code != CODE:
            return self._failed(call, 400, "2fa_login_failed", "Invalid 2FA code.")
        return None

    def _method(self, body: dict[str, object]) -> str | None:
        by_id = {str(number): method for number, method, *_ in _METHODS}
        named = body.get("tfa_method") or by_id.get(str(body.get("tfa_method_id")))
        return named if isinstance(named, str) and named in ("totp", "sms", "email") else None

    def _failed(self, call: Call, status: int, code: str, words: str) -> Reply:
        self.state.fails += 1
        if self.state.fails >= _MOST_FAILS:
            self.state.locked_until = call.now + _LOCKED
        return error_reply(status, code, words)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
