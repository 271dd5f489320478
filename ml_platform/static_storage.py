"""Hashed, compressed static files whose ES modules import each other by hash."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with import statements of modules rewritten too."""

    support_js_module_import_aggregation = True
