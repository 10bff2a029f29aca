"""The widgets room of vasttui."""
