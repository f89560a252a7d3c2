"""The profile: one view of all records of a person, in which every value says where it came from."""
