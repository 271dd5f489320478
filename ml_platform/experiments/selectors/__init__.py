"""Everything that reads: which runs a user sees, lists of them, what charts need."""
