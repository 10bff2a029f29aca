"""The screens room of vasttui."""
