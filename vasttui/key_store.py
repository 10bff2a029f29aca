"""Keeps the API key where it was found, for the dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.endpoint import Service
from vasttui.logs import Redactor
from vasttui.services.system.credentials import check_key, store_key
from vasttui.ui.session import KeptKey, SignedIn

if TYPE_CHECKING:
    from vasttui.ui.client import Client

MEMORY = "memory, for this run"
"""Where a key is kept that is stored in no file."""


class KeyStore:
    """Checks keys that the user enters, and stores them and those that replace them."""

    def __init__(
        self, service: Service, open_with: Callable[[str | None], Client], redact: Redactor
    ) -> None:
        self._open_with, self._redact = open_with, redact
        self._home, self._login_home = service.key_home, service.login_home
        self._plain_home = service.plain_home
        source = service.credential.source if service.credential else ""
        self._variable = source if source.startswith("$") else ""
        file = Path(source)
        self._in_use = file if source and not self._variable and file.is_file() else self._home

    async def sign_in(self, text: str) -> SignedIn:
        """Check a key with the service and store it. Raises VastError, and then stores nothing."""
        return await self._use(text, self._home)

    async def log_in(self, text: str) -> SignedIn:
        """The same for the session key of a login, which has a file of its own."""
        return await self._use(text, self._login_home)

    async def _use(self, text: str, home: Path | None) -> SignedIn:
        key = check_key(text)
        self._redact.add(key)
        api = self._open_with(key)
        try:
            account = await api.account.current()
            if home is not None:
                await asyncio.to_thread(store_key, key, home)
        except BaseException:
            await api.aclose()
            raise
        self._in_use, self._variable = home, ""
        return SignedIn(account, api, str(home or MEMORY), key[-4:])

    async def keep(self, text: str) -> KeptKey:
        """Store the key that replaces the account's, unchecked, where that was. Raises
        VastError."""
        key = check_key(text)
        self._redact.add(key)
        where, home = self.kept_in(), self._kept_home
        if home is not None:
            await asyncio.to_thread(store_key, key, home)
        return KeptKey(None if self._is_login else self._open_with(key), where, key[-4:])

    def kept_in(self) -> str:
        """Where `keep` stores the next key, and what goes before it."""
        where = str(self._kept_home or MEMORY)
        if self._is_login:
            return f"{where}; the login goes on"
        if self._variable:
            where += f"; {self._variable} keeps the old key and goes before it: change it"
        return where

    @property
    def _is_login(self) -> bool:
        return self._plain_home is not None and self._in_use == self._login_home

    @property
    def _kept_home(self) -> Path | None:
        return self._plain_home if self._is_login else self._in_use
