"""A connection to the service that begins while the program loads.

Looking up the name, TCP and TLS take three round trips or more, and need neither the screen nor
HTTP: a thread of its own has them done by the time of the first request, which then uses this
connection.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Thread
from typing import Any

import certifi

from vasttui.api.origin import Origin

_SECONDS = 10.0


class EarlyConnection:
    """Connects to an origin at once, and once; over TLS where that is https. `tls` is what its
    certificate is checked against, `connected` the socket, which does not block any more. Errors
    are told by who connects next."""

    def __init__(self, origin: Origin, trust: Callable[[], ssl.SSLContext] | None = None) -> None:
        """`trust` replaces the usual certificates."""
        self.origin = origin
        self.tls: Future[ssl.SSLContext | None] = Future()
        self.connected: Future[socket.socket] = Future()
        self._trust = trust or usual_certificates
        Thread(target=self._run, name="early-connection", daemon=True).start()

    def drop(self) -> None:
        """It will not be used: close it, now or when it is there."""
        self.connected.add_done_callback(_close)

    def _run(self) -> None:
        try:
            self.tls.set_result(self._trust() if self.origin.scheme == "https" else None)
        except OSError as error:
            self.tls.set_exception(error)
        try:
            self.connected.set_result(self._connect())
        except OSError as error:
            self.connected.set_exception(error)

    def _connect(self) -> socket.socket:
        tls = self.tls.result()
        # As bytes, the name, which is ASCII, is not taken for an international one: loading what
        # that needs takes 0.2 MB.
        host: Any = self.origin.host.encode()
        connection = socket.create_connection((host, self.origin.port), timeout=_SECONDS)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                tls.set_alpn_protocols(["http/1.1"])
                connection = tls.wrap_socket(connection, server_hostname=host)
            connection.setblocking(False)
        except OSError:
            connection.close()
            raise
        return connection


def _close(connected: Future[socket.socket]) -> None:
    if connected.exception() is None:
        connected.result().close()


def may_connect_early(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether connections surely go to the service itself: no proxy is named, and the system has
    none of its own, as that of macOS may."""
    proxies = any(value and name.lower().endswith("_proxy") for name, value in environ.items())
    return not proxies and platform != "darwin"


def usual_certificates() -> ssl.SSLContext:
    """What servers are checked against: the certificates that $SSL_CERT_FILE or $SSL_CERT_DIR
    names, or else those that Mozilla trusts. Reading them blocks for 15 ms. Raises OSError."""
    if file := os.environ.get("SSL_CERT_FILE"):
        return ssl.create_default_context(cafile=file)
    if folder := os.environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context(capath=folder)
    return ssl.create_default_context(cafile=certifi.where())
