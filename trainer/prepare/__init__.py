"""From transactions to TFX's examples: read, clean, split by time, write."""
