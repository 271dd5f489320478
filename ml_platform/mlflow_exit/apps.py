"""The app's registration."""

from django.apps import AppConfig


class MlflowExitConfig(AppConfig):
    """Registers the archive's tables and the command `mlflow_exit`."""

    name = "ml_platform.mlflow_exit"
    label = "mlflow_exit"
    verbose_name = "Exit from MLflow"
