"""vasttui: the terminal dashboard for the Vast.ai GPU marketplace."""

__version__ = "0.2.0.dev0"
