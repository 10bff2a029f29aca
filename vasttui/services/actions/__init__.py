"""Actions on instances, each confirmed by a new reading."""
