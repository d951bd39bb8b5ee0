"""The wire of the contract that shops move from: paths, envelopes and shapes (legacy-api.md)."""
