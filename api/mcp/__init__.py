"""Tools for agents over the Model Context Protocol; the SDK is an optional extra."""
