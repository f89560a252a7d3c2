"""Evidence: what a record says of who it is, read into forms that can be compared."""
