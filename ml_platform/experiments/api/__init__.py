"""The HTTP API under `/experiments/api/`, one module a group of calls.

Every call needs a session or a signature; `routes.py` sets that for all of them.
"""
