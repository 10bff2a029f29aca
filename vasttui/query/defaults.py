"""The default filters, which apply without being typed.

The official command line adds `verified=true external=false rentable=true` to every search
(client 1.9.1 `cli/commands/offers.py`) and drops each one the user sets with `=`, `any`
included; here the trust switch above the table replaces the first.
"""

from __future__ import annotations

from msgspec import structs

from vasttui.models.search import PricesFor, SearchOptions, Trust
from vasttui.query.rules import Query, Rule

_RENTABLE = Rule("rentable", "eq", (True,), text="rentable=true")
_OWN_HOSTS = Rule("external", "eq", (False,), text="external=false")
_VERIFIED = Rule("verified", "eq", (True,), text="verified=true")
_DATACENTER = Rule("datacenter", "eq", (True,), text="datacenter=true")
_TRUST: dict[Trust, tuple[Rule, ...]] = {
    "verified": (_VERIFIED,),
    "datacenter": (_VERIFIED, _DATACENTER),
    "any": (),
}


def default_rules(query: Query, choice: SearchOptions) -> tuple[Rule, ...]:
    """The default filters that the query does not override."""
    set_by_user = {
        rule.field for rule in query.rules if rule.op in {"eq", "null"} and not rule.negated
    }
    return tuple(
        rule
        for rule in (*_TRUST[choice.trust], _OWN_HOSTS, _RENTABLE)
        if rule.field not in query.removed and rule.field not in set_by_user
    )


def trust_in_force(query: Query, choice: SearchOptions) -> Trust | None:
    """Which machines are listed; None if that is for the filter alone to say."""
    wanted, rules = _TRUST[choice.trust], (*default_rules(query, choice), *query.rules)
    kept = tuple(rule for rule in wanted if rule in rules)
    if any(rule not in kept and rule.field not in query.removed for rule in wanted):
        return None
    return next((trust for trust, same in _TRUST.items() if same == kept), None)


def prices_for(query: Query, choice: SearchOptions) -> PricesFor:
    """What the prices of the listed offers are for."""
    return PricesFor(choice.rental, trust_in_force(query, choice), choice.usage)


def wider(choice: SearchOptions) -> SearchOptions:
    """The options with the next wider choice of hosts."""
    return structs.replace(choice, trust="verified" if choice.trust == "datacenter" else "any")


def only_in(choice: SearchOptions) -> tuple[Rule, ...]:
    """The rules that this choice of hosts has and the next wider one has not."""
    less = _TRUST[wider(choice).trust]
    return tuple(rule for rule in _TRUST[choice.trust] if rule not in less)


def with_defaults(query: Query, choice: SearchOptions) -> Query:
    """The query plus the default filters, to check rows that came from a wider search.

    A row passes if the service does not say whether it is rentable.
    """
    rules = tuple(_lenient(rule) for rule in default_rules(query, choice))
    return Query(rules + query.rules, query.removed)


def _lenient(rule: Rule) -> Rule:
    if rule is not _RENTABLE:
        return rule
    return Rule("rentable", "eq", (False,), negated=True, text=rule.text)
