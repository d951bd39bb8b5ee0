"""The edge for clocks and queues: durable workflows and their schedule."""
