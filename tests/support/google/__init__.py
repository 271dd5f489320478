"""A Google Cloud on loopback: one project behind Google's own discovery documents.

`documents.py` holds requests and answers to the documents, `server.py` speaks HTTP and
misbehaves on demand, `project.py` and the modules beside it are what the project holds.
"""
