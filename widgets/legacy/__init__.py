"""Payloads of the legacy contract, built from the same views as our own (legacy-api.md 4)."""
