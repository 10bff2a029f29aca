"""What was paid into the account and out of it."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from vasttui.models.billing import mills_of


class Invoice(Struct, frozen=True, kw_only=True):
    """A row of the invoices (docs: "show invoices"); what cannot be read is None or empty.

    `amount` in $ is negative for what came into the account. `type` is credit, transfer, payout,
    refund or reserved; `source` the service that paid, or an account. Times are epoch seconds;
    `end` is when it was paid, None: not yet.
    """

    id: int | None
    type: str = ""
    amount: float | None = None
    source: str = ""
    description: str = ""
    service: str = ""
    start: float | None = None
    end: float | None = None

    @property
    def mills(self) -> int | None:
        """`amount` in mills, exact."""
        return mills_of(self.amount)

    @property
    def is_paid(self) -> bool:
        """Whether the money has moved."""
        return self.end is not None

    def incoming(self, own: Collection[str] = ()) -> int | None:
        """What came in, in mills: negative for what went out, None if unknown.

        A transfer is signed alike in both directions: it came in if its source is another account
        than those named in `own`, if any.
        """
        mills = self.mills
        if mills is None:
            return None
        names = {name.casefold() for name in own if name}
        given = self.type == "transfer" and mills > 0 and "@" in self.source
        received = given and bool(names) and self.source.casefold() not in names
        return mills if received else -mills
