"""Which keys open the live side: the account's, and those of the endpoints."""

from __future__ import annotations

from collections.abc import Callable

from vasttui.simulator.account.accounts import presented_key
from vasttui.simulator.http.routing import Call
from vasttui.simulator.http.wire import Reply, json_reply
from vasttui.simulator.serverless.book import Book, Endpoint


class Keys:
    """Looks at the key in the header, the query or the body of a request."""

    def __init__(self, book: Book, is_account_key: Callable[[str], bool]) -> None:
        self._book, self._is_account_key = book, is_account_key

    def open(self, call: Call, endpoint: Endpoint | None) -> bool:
        """Whether its key may see this endpoint: another endpoint's key may not."""
        key = presented_key(call.request) or call.request.json_object().get("api_key")
        if not isinstance(key, str):
            return False
        if endpoint is not None and key == endpoint.api_key:
            return True
        foreign = any(key == one.api_key for one in self._book.endpoints)
        return not foreign and self._is_account_key(key)

    @staticmethod
    def refusal() -> Reply:
        """The answer to any other key."""
        return json_reply({"error": "Authentication failed"}, 401)
