"""Identity: which records are the same person, by which rule, and why."""
