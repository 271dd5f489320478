"""Leaving MLflow: its runs archived to the bit, proven, and shown without it."""
