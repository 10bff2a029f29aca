from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from vasttui.errors import VastError
from vasttui.services.system.browser import is_web_address, open_secret, open_url, run_opener

URL = "http://192.0.2.45:33527/?token=abc"


class Desktop:
    """Opens addresses, or fails to."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.calls: list[Sequence[str]] = []

    async def run(self, argv: Sequence[str]) -> bool:
        self.calls.append(argv)
        return self.works


@pytest.mark.parametrize(
    ("platform", "environ", "opener"),
    [
        ("linux", {"DISPLAY": ":0"}, "xdg-open"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, "xdg-open"),
        ("linux", {"WSL_DISTRO_NAME": "Debian"}, "xdg-open"),
        ("darwin", {}, "open"),
    ],
)
async def test_the_opener_of_the_desktop_gets_the_address(
    platform: str, environ: dict[str, str], opener: str
) -> None:
    desktop = Desktop()
    await open_url(URL, environ=environ, platform=platform, run=desktop.run)
    assert desktop.calls == [[opener, URL]]


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, "remote"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "::1 1 ::1 22"}, "remote"),
        ({}, "no display"),
    ],
)
async def test_where_there_is_no_browser_nothing_is_run(
    environ: dict[str, str], words: str
) -> None:
    desktop = Desktop()
    with pytest.raises(VastError, match=words):
        await open_url(URL, environ=environ, platform="linux", run=desktop.run)
    assert desktop.calls == []


async def test_an_opener_that_fails_is_named() -> None:
    with pytest.raises(VastError, match="xdg-open could not open it"):
        await open_url(
            URL, environ={"DISPLAY": ":0"}, platform="linux", run=Desktop(works=False).run
        )


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.45:33527/",
        "https://[2001:db8::1]:8443/x?y=z#w",
        "https://cloud.vast.ai/instances/",
    ],
)
def test_addresses_for_a_browser(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//host/", "file:///etc/passwd", "javascript:alert(1)", "ftp://host.example/",
        "http://", "http://-host/", "http://ho st/", "http://host\n/", "http://host/\x1b[2J",
        "http://host/\u202e", "http://host:99999/", "http://host:x/", "http://[::1/", "http://a..b/",
        "https://cloud.vast.ai@evil.example/", "http://user:pass@host.example/",
        "http://good.example\\@evil.example/", " http://host.example/", "--help",
    ],
)  # fmt: skip
async def test_what_is_no_address_is_never_opened(url: str) -> None:
    desktop = Desktop()
    with pytest.raises(VastError, match="not a web address"):
        await open_url(url, environ={"DISPLAY": ":0"}, platform="linux", run=desktop.run)
    assert desktop.calls == []


async def test_openers_are_run_without_a_shell() -> None:
    assert await run_opener(["true", "$(exit 1)"])
    assert not await run_opener(["false"])
    assert not await run_opener(["no-such-opener", URL])


async def test_a_secret_address_is_in_no_argument(tmp_path: Path) -> None:
    desktop, page = Desktop(), tmp_path / "new" / "page.html"
    url = "http://192.0.2.45:33527/?token=a&b=c"
    await open_secret(url, page, environ={"DISPLAY": ":0"}, platform="linux", run=desktop.run)
    assert desktop.calls == [["xdg-open", page.as_uri()]]
    assert "url=http://192.0.2.45:33527/?token=a&amp;b=c" in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("environ", "works"), [({"DISPLAY": ":0"}, False), ({}, True)])
async def test_a_secret_that_is_not_opened_leaves_no_file(
    environ: dict[str, str], works: bool, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    with pytest.raises(VastError):
        await open_secret(
            URL, page, environ=environ, platform="linux", run=Desktop(works=works).run
        )
    assert list(tmp_path.iterdir()) == []
