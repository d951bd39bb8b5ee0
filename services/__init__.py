"""Use cases: one function, one transaction; the only code that changes state."""
