"""The signs in the table of models, for the help."""

SIGNS = (
    ("64+", "the search ended at its cheapest 64 per GPU: there are more"),
    ("≥ ≤", "at least, at most so much: the others are not known"),
    ("─━┃━─", "from half the median ┃ to twice: ─ the lowest to nine tenths, ━ the middle half"),
    ("›", "what is above the median is not known"),
    ("GPUs", "each machine counted once, by its largest offer"),
    ("next", "the model that is asked for next; ·: not seen yet"),
    ("new", "seen on fewer than five days, so that there is nothing to compare with"),
    ("30 days", "your own searches, with any filter; the details say if for other hosts"),
    ("Vast.ai", "its own counts and prices (GPU only, all hosts), for accounts that host"),
)  # fmt: skip
"""What they mean."""
