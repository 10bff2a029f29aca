"""The package as users get it: built, installed elsewhere with the locked versions, started."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.interpreters import VERSIONS, interpreters
from tests.support.source import PACKAGE, ROOT
from tests.support.terminal import Terminal
from vasttui import __version__

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Built:
    """The two published files. The wheel is built from the sdist."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT))
    [sdist], [wheel] = out.glob("*.tar.gz"), out.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="session", params=VERSIONS)
def installed(
    request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The `bin` of a fresh environment with the wheel in it, for each Python found."""
    if request.param not in interpreters():
        pytest.skip(f"Python {request.param} is not on this computer")
    place = tmp_path_factory.mktemp(f"python-{request.param}")
    run(interpreters()[request.param], "-m", "venv", str(place))
    pip = (str(place / "bin" / "python"), "-m", "pip", "install", "--quiet")
    lock = ROOT / "requirements" / "runtime.txt"
    run(*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(lock))
    run(*pip, "--disable-pip-version-check", "--no-deps", str(built.wheel))
    return place / "bin"


def run(*command: str, cwd: Path | None = None) -> str:
    """The command's output; fails with all of it."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_sdist_holds_what_it_takes_to_build_and_test(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "Makefile"} <= names
    assert {"requirements/runtime.txt", "requirements/dev.txt", "styles/app.tcss"} <= names
    assert {
        "vasttui/py.typed",
        ".ci/run",
        "man/vasttui.1",
        "tests/packaging/test_package.py",
    } <= names
    assert {"ARCHITECTURE.md", "CONTRIBUTING.md", "screenshots/offers-120x36-dark.svg"} <= names


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        names = set(archive.namelist())
    package = {str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*.py")}
    styles = {f"vasttui/styles/{path.name}" for path in (ROOT / "styles").glob("*.tcss")}
    about = {name for name in names if name.startswith(f"vasttui-{__version__}.dist-info/")}
    manual = f"vasttui-{__version__}.data/data/share/man/man1/vasttui.1"
    assert names - about == package | styles | {"vasttui/py.typed", manual}
    assert any(name.endswith("licenses/LICENSE") for name in about)


def test_the_wheel_says_what_it_is_and_what_it_needs(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        said = email.message_from_bytes(
            archive.read(f"vasttui-{__version__}.dist-info/METADATA"),
        )
    assert said["Version"] == __version__
    assert said["Requires-Python"] == ">=3.11"
    assert said["Author"] == "The vasttui authors"
    assert said["Description-Content-Type"] == "text/markdown"
    urls = dict(one.split(", ") for one in said.get_all("Project-URL", []))
    assert set(urls) == {"Homepage", "Changelog", "Issues"}
    assert all(url.startswith(urls["Homepage"]) for url in urls.values())
    needs = {re.split(r"[<>=]", one)[0] for one in said.get_all("Requires-Dist", [])}
    assert needs == {
        "certifi", "h11", "httpcore", "httpx", "msgspec", "platformdirs", "pydantic", "textual",
    }  # fmt: skip
    assert said.get_all("Provides-Extra") is None


def test_the_locked_versions_fit_together(installed: Path) -> None:
    assert "No broken requirements" in run(str(installed / "python"), "-m", "pip", "check")


def test_the_command_knows_its_version(installed: Path, tmp_path: Path) -> None:
    assert run(str(installed / "vasttui"), "--version", cwd=tmp_path) == f"vasttui {__version__}\n"
    module = (str(installed / "python"), "-I", "-m", "vasttui", "--version")
    assert run(*module, cwd=tmp_path) == f"vasttui {__version__}\n"


def test_the_demo_opens_shows_offers_and_leaves_no_trace(installed: Path, tmp_path: Path) -> None:
    with Terminal([str(installed / "vasttui"), "--demo"], home=tmp_path) as terminal:
        terminal.wait_for("RTX", seconds=30)
        assert "1 Offers" in terminal.lines[0]
        terminal.send("ctrl+q")
        assert terminal.finish() == 0
        assert terminal.modes == terminal.modes_before
    assert list(tmp_path.iterdir()) == []
