"""All of serverless, as a world has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import get_type_hints

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.templates import Templates
from vasttui.simulator.http.routing import Resource
from vasttui.simulator.http.wire import BadRequest
from vasttui.simulator.market.market import Market
from vasttui.simulator.serverless.book import Book, Rules
from vasttui.simulator.serverless.deployments import Deployments
from vasttui.simulator.serverless.endpoints import Endpoints
from vasttui.simulator.serverless.first import first_book
from vasttui.simulator.serverless.groups import WorkerGroups
from vasttui.simulator.serverless.hiring import Hiring
from vasttui.simulator.serverless.keys import Keys
from vasttui.simulator.serverless.live import Live
from vasttui.simulator.serverless.load import CURVES
from vasttui.simulator.serverless.requests import Requests
from vasttui.simulator.serverless.scaling import Scaling
from vasttui.simulator.serverless.uses import Uses
from vasttui.simulator.serverless.workers import go, state


class Serverless:
    """Endpoints, groups and workers, kept up to date by `settle`."""

    def __init__(
        self, contracts: Contracts, market: Market, templates: Templates, now: float,
        *, endpoints: int, curve: str, documented: bool, is_account_key: Callable[[str], bool],
    ) -> None:  # fmt: skip
        """So many `endpoints` at the start, whose load follows that `curve`."""
        self.book = first_book(endpoints, now)
        self.book.rules.wrapped = documented
        self._contracts = contracts
        self.scaling = Scaling(self.book, contracts, Hiring(market, contracts, templates), curve)
        keys, uses = Keys(self.book, is_account_key), Uses()
        self.endpoints = Endpoints(self.book, contracts, documented=documented)
        self.resources: Sequence[Resource] = [
            self.endpoints,
            WorkerGroups(self.book, contracts, documented=documented),
            Deployments(self.book, contracts, self.endpoints),
            Live(self.book, contracts, self.scaling, keys, uses),
            Requests(self.book, self.scaling, keys, uses),
        ]

    def restore(self, saved: Book) -> None:
        """Restore saved state."""
        for one in fields(Book):
            setattr(self.book, one.name, getattr(saved, one.name))

    def change(self, rules: Mapping[str, object]) -> None:
        """Change the named rules, or the `load`. Raises BadRequest for an unknown name or value."""
        kinds = get_type_hints(Rules)
        for name, value in rules.items():
            if name == "load" and value in CURVES:
                self.scaling.curve = str(value)
            elif name in kinds and isinstance(value, bool | int | float):
                setattr(self.book.rules, name, kinds[name](value))
            else:
                raise BadRequest(f"{name} cannot be {value!r}")

    def become(self, number: int, word: str, now: float) -> None:
        """Put a worker in that state, whatever the word, until the autoscaler changes it. Raises
        BadRequest if there is no such worker."""
        worker = self._contracts.get(number, now)
        if worker is None or worker.endpoint_id is None:
            raise BadRequest(f"There is no worker {number}.")
        go(worker, [], now)
        worker.state = state(word)
