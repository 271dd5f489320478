"""The cloud and the proof of the teardown's tests."""

from tests.ml_platform.mlflow_exit.teardown.conftest import (  # noqa: F401
    cloud,
    google,
    proven,
    teardown,
)
