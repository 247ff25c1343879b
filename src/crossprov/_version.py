"""The version of the library (rules carry their own: see the rulebook's hash and dates)."""

__version__ = "0.1.0"
