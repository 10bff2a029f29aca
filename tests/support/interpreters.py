"""The Python interpreters on this computer that vasttui supports.

Run as a program it prints them, one per line: version and executable, or only the version if it is
not installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.support.source import ROOT

SUPPORTED = tuple(
    re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text()
    )
)
"""The versions the package promises to support."""

_THIS = f"{sys.version_info.major}.{sys.version_info.minor}"

VERSIONS = tuple(dict.fromkeys((*SUPPORTED, _THIS)))
"""Those, and that of this interpreter."""


@cache
def interpreters() -> dict[str, str]:
    """Executables by version: this one, and those found on PATH or under pyenv."""
    found = {_THIS: sys.executable}
    for version in SUPPORTED:
        candidates = [shutil.which(f"python{version}") or ""]
        pyenv = Path.home() / ".pyenv" / "versions"
        candidates += map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))
        for candidate in candidates:
            if candidate and version not in found and _version(candidate) == version:
                found[version] = candidate
    return found


def _version(executable: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [executable, "-c", code], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


if __name__ == "__main__":
    for version in VERSIONS:
        sys.stdout.write(f"{version} {interpreters().get(version, '')}\n")
