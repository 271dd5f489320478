"""Turning a run into what its page says: text only, no markup, no database."""
