"""`python -m connector.cli`: the same as `visavis`, for the processes that we start ourselves."""

from connector.cli import main

main()
