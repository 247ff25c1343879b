"""The law as data: reading, checking and lowering a rulebook."""
