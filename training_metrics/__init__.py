"""The contract: everything that knows `training_metrics.json`."""
