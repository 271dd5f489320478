"""The end of the way out: post-checks, and the completion record they allow.

`checks.py` finds what is still open, `charges.py` what Google still charges,
`completion.py` tells the whole story once nothing is open, `markdown.py` for people.
"""
