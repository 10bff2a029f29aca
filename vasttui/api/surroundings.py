"""What the environment says about connections: proxies and certificates. Values are never quoted
whole, as a proxy's address may hold a password."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from vasttui.errors import NetworkError, TlsError
from vasttui.text import clean

_SCHEMES = ("http", "https", "all")
_SOCKS = ("socks5", "socks5h")


def names_proxy() -> bool:
    """Whether a proxy is named, for whichever address."""
    found = getproxies()
    return any(found.get(name) for name in _SCHEMES)


def check_proxies() -> None:
    """Raises NetworkError for a proxy that cannot be used."""
    found = getproxies()
    if "*" in [host.strip() for host in found.get("no", "").split(",")]:
        return
    for name in _SCHEMES:
        if found.get(name):
            _check_proxy(_variable(name, os.environ), found[name])


def check_certificates() -> None:
    """Raises TlsError if the certificates that are to be trusted cannot be read. Blocks."""
    named = os.environ.get("SSL_CERT_FILE", "")
    folder = "" if named else os.environ.get("SSL_CERT_DIR", "")
    if folder and not any(map(os.path.isdir, folder.split(os.pathsep))):
        raise _untrusted("SSL_CERT_DIR", folder, "there is no such folder")
    if not named:
        return
    if not os.path.exists(named):
        raise _untrusted("SSL_CERT_FILE", named, "there is no such file")
    if not os.path.isfile(named):
        raise _untrusted("SSL_CERT_FILE", named, "it is not a regular file")
    try:
        ssl.create_default_context(cafile=named)
    except ssl.SSLError:
        raise _untrusted("SSL_CERT_FILE", named, "it holds no certificate") from None
    except OSError as error:
        raise _untrusted("SSL_CERT_FILE", named, error.strerror or "it cannot be read") from None


def proxy_of(scheme: str, host: str) -> str:
    """The proxy for an address, as `proxy.example:3128 ($HTTPS_PROXY)`; empty if there is none."""
    found = getproxies()
    name = next((name for name in (scheme, "all") if found.get(name)), None)
    if name is None or proxy_bypass(host):
        return ""
    try:
        parts = urlsplit(_address(found[name]))
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return _variable(name, os.environ)
    return f"{clean(parts.hostname or '', 80)}{port} ({_variable(name, os.environ)})"


def _check_proxy(variable: str, value: str) -> None:
    scheme = _address(value).partition("://")[0].lower()
    if scheme in _SOCKS and find_spec("socksio") is None:
        raise NetworkError(
            f"{variable} names a SOCKS proxy, which cannot be used here.",
            hint="Name an http proxy, or install the package socksio beside vasttui.",
        )
    if scheme not in ("http", "https", *_SOCKS):
        raise NetworkError(
            f"{variable} names a proxy of an unknown kind: {clean(scheme, 20)}://.",
            hint="Known are http, https, socks5 and socks5h.",
        )
    try:
        parts = urlsplit(_address(value))
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise NetworkError(
            f"{variable} names no proxy that can be read.", hint="Write http://host:port."
        )


def _address(value: str) -> str:
    return value if "://" in value else f"http://{value}"


def _variable(name: str, environ: Mapping[str, str]) -> str:
    """The variable that names the proxy for a scheme."""
    for variable in (f"{name}_proxy", f"{name.upper()}_PROXY"):
        if environ.get(variable):
            return f"${variable}"
    return "the system's settings"


def _untrusted(variable: str, path: str, why: str) -> TlsError:
    return TlsError(
        f"${variable} names {clean(str(Path(path)), 200)}: {why}.",
        hint="Correct or unset it; without it the usual certificates are trusted.",
    )
