"""The wire contract: request and response shapes and their JSON and XML encoding."""
