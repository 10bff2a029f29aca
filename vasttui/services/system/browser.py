"""Opens a page in the user's browser."""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from vasttui.errors import VastError
from vasttui.models.ssh_address import is_host
from vasttui.services.system.private_file import write_private

Run = Callable[[Sequence[str]], Awaitable[bool]]
"""Runs a program; returns whether it succeeded."""

_SECONDS = 5.0
_PAGE = (
    '<!doctype html><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0;url={}">'
)
_PLAIN = re.compile(r"[!-~]+")


async def run_opener(argv: Sequence[str]) -> bool:
    """Run a program without a shell; one still running after 5 s counts as a success."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(_SECONDS):
            return await process.wait() == 0
    except TimeoutError:
        return True  # some openers stay as long as the browser does


async def open_url(
    url: str,
    *,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    run: Run = run_opener,
) -> None:
    """Open an http or https address. Raises VastError if it is invalid or cannot be opened."""
    opener = _opener(url, environ, platform)
    if not await run([opener, url]):
        raise VastError(f"{opener} could not open it.")


async def open_secret(
    url: str,
    page: Path,
    *,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    run: Run = run_opener,
) -> None:
    """The same for an address that holds a secret. Every user of this computer can read a program's
    arguments, so the browser is given a private file that leads there: `page`, an absolute path,
    may be removed once it was read. Raises VastError and then leaves no file."""
    opener = _opener(url, environ, platform)
    text = _PAGE.format(html.escape(url))
    try:
        await asyncio.to_thread(write_private, page, text.encode())
    except OSError as error:
        raise VastError(f"{page} cannot be written: {error.strerror}.") from None
    if not await run([opener, page.as_uri()]):
        remove_page(page)
        raise VastError(f"{opener} could not open it.")


def remove_page(page: Path) -> None:
    """Remove the private file of a secret address."""
    page.unlink(missing_ok=True)


def _opener(url: str, environ: Mapping[str, str], platform: str) -> str:
    """The program that opens this address. Raises VastError."""
    if not is_web_address(url):
        raise VastError("That is not a web address.")
    if environ.get("SSH_TTY") or environ.get("SSH_CONNECTION"):
        raise VastError("This terminal is remote: open the address on your own computer.")
    if platform == "darwin":
        return "open"
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("WSL_DISTRO_NAME"):
        return "xdg-open"
    raise VastError("There is no display to open a browser on.")


def is_web_address(url: str) -> bool:
    """Whether this is an http or https address with a plain host."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    # In user@host the user part may look like a host.
    named = is_host(host) and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and named and _PLAIN.fullmatch(url) is not None
