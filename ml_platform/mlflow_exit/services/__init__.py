"""The steps that write; what only reads is in modules of the app itself."""
