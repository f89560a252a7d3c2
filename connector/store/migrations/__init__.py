"""The store's migrations, shipped with it and run by `Store.migrate`."""
