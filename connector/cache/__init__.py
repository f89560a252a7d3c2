"""Built profiles in Redis, and the events that announce them. May be emptied at any moment."""
