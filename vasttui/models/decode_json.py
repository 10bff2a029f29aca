"""Reads JSON documents from strangers."""

from __future__ import annotations

import json

import msgspec

_read = msgspec.json.Decoder().decode


class NotJson(ValueError):
    """The bytes are not a JSON document."""


def read_json(data: bytes) -> object:
    """The document in `data`. Raises NotJson.

    The fast parser rejects a whole document for one lone surrogate, as in a hostile name, for NaN
    and for a number that no float can hold. The lenient one of the standard library reads these:
    they make their field unreadable, not the document.
    """
    try:
        return _read(data)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
