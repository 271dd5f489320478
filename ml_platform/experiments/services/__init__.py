"""Everything that writes: caching, notifications, creating runs, login links."""
