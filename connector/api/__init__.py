"""What the outside calls: thin views that parse, call one thing and answer."""
