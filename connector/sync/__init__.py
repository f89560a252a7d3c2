"""Sync: the write side, and the only package besides the bootstrap that knows adapters."""
