"""The services room of vasttui."""
