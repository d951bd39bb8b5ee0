"""The HTTP edge of the legacy contract (legacy-api.md, embed.md 6)."""
