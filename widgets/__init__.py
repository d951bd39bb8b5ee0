"""What a widget is: kinds, options and payloads."""
