"""Test servers and helpers that several rooms' tests use."""
