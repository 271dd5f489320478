"""System checks: each setting that matters, with an id and what to set."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from ml_platform.experiments.errors import RootNotAllowed
from ml_platform.experiments.roots import place_allowed

_SHORTEST_SECRET = 32


@register(Tags.security)
def artifact_roots_checked(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Every artifact root must be a place that can be compared."""
    roots = getattr(settings, "TRACKLESS_ARTIFACT_ROOTS", None)
    if not roots:
        return [
            Error(
                "No artifact root is allowed, so no document can be read.",
                hint="Set TRACKLESS_ARTIFACT_ROOT, for example gs://bucket/runs.",
                id="experiments.E001",
            )
        ]
    found: list[CheckMessage] = []
    for root in roots:
        try:
            place_allowed(root)
        except RootNotAllowed as error:
            found.append(
                Error(
                    f"The artifact root {root!r} cannot be used: {error}",
                    hint="Write gs://bucket/folder or an absolute folder.",
                    id="experiments.E002",
                )
            )
    return found


@register(Tags.security)
def oidc_checked(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """An audience without accounts, or accounts without an audience, accepts nobody."""
    audience = getattr(settings, "TRACKLESS_OIDC_AUDIENCE", "")
    emails = getattr(settings, "TRACKLESS_OIDC_EMAILS", [])
    if bool(audience) == bool(emails):
        return []
    return [
        Error(
            "OIDC is set by half: it needs an audience and service accounts.",
            hint="Set both TRACKLESS_OIDC_AUDIENCE and TRACKLESS_OIDC_EMAILS.",
            id="experiments.E003",
        )
    ]


@register(Tags.security)
def run_filter_checked(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The filter that hides runs must be there, or every page would fail."""
    path = getattr(settings, "TRACKLESS_RUN_FILTER", "")
    try:
        usable = not path or callable(import_string(path))
    except ImportError:
        usable = False
    if usable:
        return []
    return [
        Error(
            f"TRACKLESS_RUN_FILTER names {path!r}, which cannot be called.",
            hint="Name a function (user, queryset) -> queryset by its dotted path.",
            id="experiments.E004",
        )
    ]


@register(Tags.security, deploy=True)
def notify_secrets_checked(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Secrets must be long, and there must be some way to announce a run."""
    secrets = getattr(settings, "TRACKLESS_NOTIFY_SECRETS", [])
    found: list[CheckMessage] = []
    if not secrets and not getattr(settings, "TRACKLESS_OIDC_AUDIENCE", ""):
        found.append(
            Warning(
                "Nobody can announce a run: neither a secret nor OIDC is set.",
                hint="Set TRACKLESS_NOTIFY_SECRET, or TRACKLESS_OIDC_AUDIENCE "
                "and TRACKLESS_OIDC_EMAILS.",
                id="experiments.W001",
            )
        )
    if any(len(secret) < _SHORTEST_SECRET for secret in secrets):
        found.append(
            Warning(
                f"A notification secret is shorter than {_SHORTEST_SECRET} characters.",
                hint="Make one with: python -c "
                "'import secrets; print(secrets.token_urlsafe(48))'",
                id="experiments.W002",
            )
        )
    return found
