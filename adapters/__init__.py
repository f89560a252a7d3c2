"""One module per source. Importing this package loads none of them."""
