"""Environment variables: defaults, what is refused, and the kept secret key."""

import stat
from pathlib import Path

import pytest

from ml_platform import environment


def test_postgresql_by_url(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://ana:p%40ss@db.example:5433/runs?sslmode=require"
    monkeypatch.setenv("DATABASE_URL", url)
    told = environment.database()
    assert told["ENGINE"] == "django.db.backends.postgresql"
    assert (told["USER"], told["PASSWORD"]) == ("ana", "p@ss")
    assert (told["HOST"], told["PORT"], told["NAME"]) == ("db.example", "5433", "runs")
    assert told["OPTIONS"] == {"sslmode": "require"}


def test_sqlite_lives_in_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TRACKLESS_HOME", str(tmp_path))
    assert environment.database()["NAME"] == str(tmp_path / "trackless.sqlite3")


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:secret@host/name")
    with pytest.raises(environment.EnvironmentRefused, match="use postgresql://") as e:
        environment.database()
    assert "secret" not in str(e.value)


def test_a_flag_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLESS_HTTPS", "maybe")
    with pytest.raises(environment.EnvironmentRefused, match="TRACKLESS_HTTPS"):
        environment.https()


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLESS_NOTIFY_SECRET", "new, old,")
    assert environment.notify_secrets() == ["new", "old"]


def test_the_secret_key_is_kept_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TRACKLESS_SECRET_KEY", raising=False)
    monkeypatch.setenv("TRACKLESS_HOME", str(tmp_path))
    key = environment.secret_key()
    assert environment.secret_key() == key
    mode = stat.S_IMODE((tmp_path / "secret_key").stat().st_mode)
    assert mode == 0o600
    assert len(list(tmp_path.iterdir())) == 1
