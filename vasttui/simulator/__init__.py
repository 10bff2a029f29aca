"""The simulator room of vasttui."""
