"""Rows: what each system holds of the true people, companies and their doings.

Each maker is a pure function of the world, the owner, which of the owner's rows it is, and the spot where it stands.
"""
