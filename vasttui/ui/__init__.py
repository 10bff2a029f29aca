"""The ui room of vasttui."""
