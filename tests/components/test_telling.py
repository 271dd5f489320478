"""Telling Django of a document: what becomes of it is said and fails nothing."""

from components import environment
from components.persistence import persist
from components.telling import notify


def test_a_lost_notification_is_said_and_fails_nothing(
    completed, outputs, monkeypatch, capsys
):
    monkeypatch.delenv(environment.NOTIFY_SECRET, raising=False)
    persist(artifacts_uri=completed, journal_path="", **outputs)
    delivered = notify(
        artifacts_uri=completed,
        metadata=outputs["training_metrics"].metadata,
        django_url="http://127.0.0.1:9",
        quick_test_id=7,
    )
    assert delivered is False
    assert "not sent: TRACKLESS_NOTIFY_SECRET is not set" in capsys.readouterr().out
