"""The query room of vasttui."""
