"""Settings that a platform may leave out, with what holds where it does."""

from typing import Any

from django.conf import settings

_NO_VERTEX = dict.fromkeys(
    (
        "project",
        "region",
        "pipeline_root",
        "images",
        "service_account",
        "network",
        "endpoint",
    ),
    "",
)
DEFAULTS: dict[str, Any] = {
    "TRACKLESS_URL": "",
    "TRACKLESS_PIPELINE_SPEC": "",
    "TRACKLESS_LOCAL_CHECK": [],
    "TRACKLESS_LOCAL_RUNNER": [],
    "TRACKLESS_TRAINER_PYTHON": "",
    "TRACKLESS_LOGS": "",
}


def option(name: str) -> Any:
    """Returns a setting, or its default."""
    return getattr(settings, name, DEFAULTS[name])


def vertex_option(key: str) -> str:
    """Returns one key of the setting `TRACKLESS_VERTEX`, empty where it is not set."""
    told = getattr(settings, "TRACKLESS_VERTEX", {})
    return str((_NO_VERTEX | told)[key])
