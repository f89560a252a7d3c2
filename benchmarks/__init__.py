"""What the program costs. Each runs by `python -m benchmarks.NAME` and prints what it measured."""
