"""The app's registration."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Registers the app and its system checks."""

    name = "ml_platform.experiments"
    label = "experiments"
    verbose_name = "Experiments"

    def ready(self) -> None:
        """Registers the checks; nothing is read and nothing is started."""
        from ml_platform.experiments import checks  # noqa: F401
