"""A bucket for what is prepared from it or into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dataflow import Dataflow
from tests.support.gcs import Gcs, serve_gcs
from tests.support.recorder import recording
from tests.support.service_account import write_key


@pytest.fixture
def gcs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gcs]:
    """A bucket and a key whose tokens come from loopback, too."""
    with serve_gcs() as server:
        google = Dataflow(server)
        with recording(google.answer) as recorder:
            google.url = recorder.url
            write_key(tmp_path / "key.json", f"{google.url}/token")
            monkeypatch.setenv(
                "GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json")
            )
            monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
            yield server
