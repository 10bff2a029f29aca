"""Which values of variables may be secret, and are not shown."""

from __future__ import annotations

import re

DOTS = "••••"

_SECRET = re.compile(
    r"TOKEN|SECRET|PASS|PWD|CREDENTIAL|PRIVATE|AUTH|LOGIN|SIGNATURE|(?:^|_)(?:API|ACCESS|SSH)?_?KEY",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"(?:hf|sk|pk|gh[pousr]|github_pat|glpat|xox[bp]|npm|AKIA|r8)[_-]?[A-Za-z0-9_-]{12,}"
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"
    r"|eyJ[A-Za-z0-9_-]{8,}"
    r"|(?<![\w/.-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[A-Za-z0-9+/_=-]{32,}(?![\w/.-])"
)
_ASSIGNED = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>'[^']*'|\"[^\"]*\"|[^\s;&|]+)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")


def may_be_secret(name: str, value: str) -> bool:
    """Whether a variable's name, or its value, looks like that of a secret."""
    return bool(_SECRET.search(name) or _TELLING.search(value))


def masked_script(line: str) -> str:
    """A line of a script without what may be secret."""

    def hide(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        return f"{name}={DOTS}" if may_be_secret(name, value) else found[0]

    return _TELLING.sub(DOTS, _BEARER.sub(rf"\1 {DOTS}", _ASSIGNED.sub(hide, line)))
