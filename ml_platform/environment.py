"""Every environment variable that the Django project reads, and nothing else.

Each function reads its variable when it is called, so importing this module reads
nothing. A value that cannot be used raises `EnvironmentRefused` with the variable's
name, what was received and what to set instead.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[1]
_MAPPED_BYTES = 2**31  # the most that SQLite maps, as it is usually built
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class EnvironmentRefused(Exception):
    """An environment variable holds a value that cannot be used."""

    def __init__(self, name: str, received: str, remedy: str) -> None:
        self.name, self.received, self.remedy = name, received, remedy
        super().__init__(f"{name}: received {received!r}; {remedy}")


def home() -> Path:
    """Returns `TRACKLESS_HOME`, the folder of everything a local run makes."""
    return Path(os.environ.get("TRACKLESS_HOME") or ".trackless").absolute()


def artifact_roots() -> list[str]:
    """Returns `TRACKLESS_ARTIFACT_ROOT`, the places documents may be read from."""
    return _listed("TRACKLESS_ARTIFACT_ROOT") or [str(home())]


def notify_secrets() -> list[str]:
    """Returns `TRACKLESS_NOTIFY_SECRET`: none, one, or two while they rotate."""
    return _listed("TRACKLESS_NOTIFY_SECRET")


def oidc_audience() -> str:
    """Returns `TRACKLESS_OIDC_AUDIENCE`, empty where OIDC is not used."""
    return os.environ.get("TRACKLESS_OIDC_AUDIENCE", "").strip()


def oidc_emails() -> list[str]:
    """Returns `TRACKLESS_OIDC_EMAILS`, the service accounts that may notify."""
    return _listed("TRACKLESS_OIDC_EMAILS")


def url() -> str:
    """Returns `TRACKLESS_URL`, the app's address that pipelines announce runs to."""
    return os.environ.get("TRACKLESS_URL", "").rstrip("/")


def pipeline_spec() -> str:
    """Returns `TRACKLESS_PIPELINE_SPEC`, the compiled pipeline of new runs."""
    beside = PROJECT / "pipeline_spec" / "recommender_training.yaml"
    return os.environ.get("TRACKLESS_PIPELINE_SPEC") or str(beside)


def trainer_python() -> str:
    """Returns `TRACKLESS_TRAINER_PYTHON`, by default `.venv-trainer`'s interpreter."""
    beside = PROJECT / ".venv-trainer" / "bin" / "python"
    return os.environ.get("TRACKLESS_TRAINER_PYTHON") or str(beside)


def vertex() -> dict[str, str]:
    """Returns where and as whom jobs are started on Vertex AI, empty where not."""
    return {
        "project": os.environ.get("TRACKLESS_VERTEX_PROJECT", ""),
        "region": os.environ.get("TRACKLESS_VERTEX_REGION", ""),
        "pipeline_root": os.environ.get("TRACKLESS_VERTEX_PIPELINE_ROOT", ""),
        "images": os.environ.get("TRACKLESS_VERTEX_IMAGES", ""),
        "service_account": os.environ.get("TRACKLESS_VERTEX_SERVICE_ACCOUNT", ""),
        "network": os.environ.get("TRACKLESS_VERTEX_NETWORK", ""),
        "endpoint": os.environ.get("TRACKLESS_VERTEX_ENDPOINT", "").rstrip("/"),
    }


def allowed_hosts() -> list[str]:
    """Returns `TRACKLESS_ALLOWED_HOSTS`, by default this machine only."""
    return _listed("TRACKLESS_ALLOWED_HOSTS") or list(LOCAL_HOSTS)


def https() -> bool:
    """Returns `TRACKLESS_HTTPS`: served behind TLS (redirect, HSTS, secure cookies)."""
    return _flag("TRACKLESS_HTTPS")


def debug() -> bool:
    """Returns `TRACKLESS_DEBUG`; never set it where others can reach the pages."""
    return _flag("TRACKLESS_DEBUG")


def json_logs() -> bool:
    """Returns `TRACKLESS_JSON_LOGS`: one JSON object a log line, for a collector."""
    return _flag("TRACKLESS_JSON_LOGS")


def static_root() -> str | None:
    """Returns `TRACKLESS_STATIC_ROOT`: files collected there are served hashed."""
    return os.environ.get("TRACKLESS_STATIC_ROOT") or None


def secret_key() -> str:
    """Returns `TRACKLESS_SECRET_KEY`, or a key kept in `TRACKLESS_HOME`.

    The kept key is made on first use, readable by its owner only. Two processes
    that start together agree: the one that loses the race reads the winner's.
    """
    if key := os.environ.get("TRACKLESS_SECRET_KEY"):
        return key
    path = home() / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".secret_key.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()


def database() -> dict[str, object]:
    """Returns Django's database settings from `DATABASE_URL`, default SQLite.

    Raises:
        EnvironmentRefused: The URL's scheme is neither postgresql nor sqlite.
    """
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{home() / 'trackless.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")))
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise EnvironmentRefused(
        "DATABASE_URL",
        f"{parts.scheme}://…",
        "use postgresql://user:password@host/name or sqlite:///absolute/path",
    )


def _sqlite(path: str) -> dict[str, object]:
    # IMMEDIATE takes the write lock at BEGIN: two writers wait for each other
    # instead of one failing when it turns from reading to writing. Pages are read out
    # of the file's mapping, not copied by a call each; a connection that is kept does
    # not map it anew.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path or ":memory:",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            f" PRAGMA mmap_size={_MAPPED_BYTES};",
        },
    }


def _listed(name: str) -> list[str]:
    return [
        part.strip() for part in os.environ.get(name, "").split(",") if part.strip()
    ]


def _flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "0", "false", "no", "off"):
        return False
    if value in ("1", "true", "yes", "on"):
        return True
    raise EnvironmentRefused(name, value, "use 1 or 0")
