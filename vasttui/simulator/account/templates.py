"""Templates: search, create, edit, delete (docs: "search templates"; client 1.9.1
`api/offers.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from vasttui.simulator.account.template_entries import (
    FIELDS,
    RECOMMENDED,
    USER,
    TemplateEntry,
    filled,
    first_templates,
)
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import (
    BadRequest,
    Reply,
    error_reply,
    json_object,
    json_reply,
    selected_columns,
    sortable,
)
from vasttui.simulator.market.fields import Kind
from vasttui.simulator.market.filters import Test, test_of

_OPS = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "notin")
_PATH = "/api/v0/template"


class Templates:
    """Recommended templates, the account's own, and public ones of others."""

    def __init__(self, start: float, *, exact: bool = False, terse: bool = False) -> None:
        """`exact`: only documented filters, no parts of names; `terse`: a deletion is answered
        with a message alone."""
        self._stored = first_templates(start)
        self._former: list[TemplateEntry] = []
        self._exact, self._terse = exact, terse

    def snapshot(self) -> tuple[list[TemplateEntry], list[TemplateEntry]]:
        """What is stored: templates that can change, and earlier versions, which stay usable."""
        return list(self._stored), list(self._former)

    def restore(self, stored: Sequence[TemplateEntry], former: Sequence[TemplateEntry]) -> None:
        """Restore saved state."""
        self._stored, self._former = list(stored), list(former)

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", _PATH, "templates", self._list, interval=3.0),
            Route("POST", _PATH, "create_template", self._create, interval=1.0),
            Route("PUT", _PATH, "edit_template", self._edit, interval=1.0),
            Route("PUT", "/api/v1/template", "replace_template", self._replace, interval=1.0),
            Route("DELETE", _PATH, "delete_template", self._delete, interval=1.0),
        ]

    @property
    def mine(self) -> list[TemplateEntry]:
        """The account's own."""
        return [entry for entry in self._stored if entry.creator == USER]

    def find(self, hash_id: object, number: object) -> TemplateEntry | None:
        """The template with that hash id or id, the account's own first; earlier versions too."""
        for entry in (*self.mine, *RECOMMENDED, *self._stored, *self._former):
            if entry.hash_id == hash_id or entry.id == number:
                return entry
        return None

    def rented(self, number: int | None) -> None:
        """An instance was made from this template."""
        self._stored = [
            replace(entry, used=entry.used + 1) if entry.id == number else entry
            for entry in self._stored
        ]

    def _own(self, found: Callable[[TemplateEntry], bool]) -> TemplateEntry | None:
        return next(filter(found, self.mine), None)

    def _list(self, call: Call) -> Reply:
        query = call.request.query
        visible = [
            entry for entry in (*RECOMMENDED, *self._stored)
            if entry.creator == USER or not entry.content["private"]
        ]  # fmt: skip
        rows = [entry.row(call.now) for entry in visible]
        for name, rules in json_object(query.get("select_filters", "")).items():
            rows = self._filtered(rows, name, rules)
        rows = _ordered(rows, query.get("order_by", ""))
        if query.get("limit", "").isdecimal():
            rows = rows[: int(query["limit"])]
        columns = selected_columns(query.get("select_cols", ""))
        if columns is not None:
            rows = [{name: row[name] for name in columns if name in row} for row in rows]
        return json_reply({"success": True, "templates_found": len(rows), "templates": rows})

    def _filtered(
        self, rows: list[dict[str, object]], name: str, rules: object
    ) -> list[dict[str, object]]:
        if not rows or name not in rows[0]:
            return rows
        if isinstance(rules, str) and not self._exact:
            return [row for row in rows if rules.lower() in str(row[name]).lower()]
        if not isinstance(rules, Mapping):
            raise BadRequest(f"{rules} is not a valid search op")
        for op, operand in rules.items():
            if op not in _OPS:
                raise BadRequest(f"{op} is not a valid search op")
            values = [row[name] for row in rows if row[name] is not None]
            test = test_of(_kind(values[0] if values else None), op, operand)
            rows = [row for row in rows if _holds(test, row[name])]
        return rows

    def _create(self, call: Call) -> Reply:
        body = call.request.json_object()
        wrong = _wrong(body)
        if wrong is not None:
            return wrong
        content = filled(body)
        known = self._own(lambda entry: entry.content == content)
        if known is not None:
            return _answer(known, f"Template already exists. Template ID: {known.id}")
        number = max(entry.id for entry in self._stored) + 1
        entry = TemplateEntry(number, USER, content, call.now)
        self._stored.append(entry)
        return _answer(entry, f"Template Created Successfully! New Template ID: {number}")

    def _edit(self, call: Call) -> Reply:
        """Only the fields that change (docs: "edit template")."""
        body = call.request.json_object()
        entry = self._own(lambda entry: entry.hash_id == body.get("hash_id"))
        if entry is None:
            return _none()
        changes = {name: value for name, value in body.items() if name in FIELDS}
        return self._put(entry, {**entry.content, **changes}, call.now)

    def _replace(self, call: Call) -> Reply:
        """The whole template (client 1.9.1 `api/offers.py`)."""
        body = call.request.json_object()
        entry = self._own(lambda entry: entry.id == body.get("id"))
        if entry is None or entry.hash_id != body.get("hash_id"):
            return _none()
        return self._put(entry, body, call.now)

    def _put(self, entry: TemplateEntry, content: Mapping[str, object], now: float) -> Reply:
        wrong = _wrong(content)
        if wrong is not None:
            return wrong
        new = replace(entry, content=filled(content), created_at=now)
        if new.hash_id != entry.hash_id:
            self._former.append(entry)
        self._stored[self._stored.index(entry)] = new
        return _answer(new, "Template Updated Successfully!")

    def _delete(self, call: Call) -> Reply:
        body = call.request.json_object()
        number, hash_id = body.get("template_id"), body.get("hash_id")
        if number is None and hash_id is None:
            return error_reply(400, "invalid_args", "template_id is required")
        entry = self._own(lambda entry: number == entry.id or hash_id == entry.hash_id)
        if entry is None:
            return _none()
        self._stored.remove(entry)
        done = {"msg": "Template Deleted Successfully!"}
        return json_reply(done if self._terse else {"success": True, **done})


def _none() -> Reply:
    return error_reply(404, "not_found", "Template not found")


def _wrong(body: Mapping[str, object]) -> Reply | None:
    """The refusal of a template without a name or image."""
    for name in ("name", "image"):
        text = body.get(name)
        if not isinstance(text, str) or not text.strip():
            return error_reply(400, "invalid_args", f"Template {name} is required")
    if not isinstance(body.get("extra_filters") or {}, Mapping):
        return error_reply(400, "invalid_args", "extra_filters is not an object")
    return None


def _answer(entry: TemplateEntry, message: str) -> Reply:
    template = {"id": entry.id, "hash_id": entry.hash_id, "name": entry.name}
    return json_reply({"success": True, "msg": message, "template": template})


def _ordered(rows: list[dict[str, object]], order: str) -> list[dict[str, object]]:
    """Sorted by a column, or by `[{"col": "name", "dir": "desc"}]`."""
    keys: list[tuple[str, bool]] = [(order, False)] if order else []
    if order.startswith("["):
        try:
            keys = [(str(one["col"]), one.get("dir") == "desc") for one in json.loads(order)]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadRequest("Invalid json body") from None
    for name, down in reversed(keys):
        if rows and name not in rows[0]:
            raise BadRequest(f"{name} is not a valid order column")
        rows = sorted(rows, key=lambda row: sortable(row[name]), reverse=down)
    return rows


def _holds(test: Test, value: object) -> bool:
    return test(value if isinstance(value, (int, float, str)) else None)


def _kind(value: object) -> Kind:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, (int, float)) else "text"
