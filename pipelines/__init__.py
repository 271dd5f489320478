"""Pipeline definitions, local run, compile, and the `trackless` command line."""
