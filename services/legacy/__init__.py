"""Use cases behind the legacy contract: what its answers are built from (legacy-api.md)."""
