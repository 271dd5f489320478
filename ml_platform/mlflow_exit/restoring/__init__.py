"""The way back after MLflow is gone: a backup's rows into a new MLflow's database."""
