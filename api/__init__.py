"""The HTTP edge for machines: routes, negotiation, error mapping and the snapshot dispatcher."""
