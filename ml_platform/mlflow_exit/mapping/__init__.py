"""The written rules from archived rows to a document; docs/mlflow-exit.md lists them.

Pure: the same rows give the same document, byte for byte, so a document can be proven
by making it again.
"""
