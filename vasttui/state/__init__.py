"""The state room of vasttui."""
