"""vasttui: the terminal dashboard for the Vast.ai GPU marketplace."""

__version__ = "0.1.0"
