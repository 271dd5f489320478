"""Signals that third-party code drops still stop the command."""

import os
import signal
from collections.abc import Iterator

import pytest

from trainer import cli, interruption
from trainer.errors import Interrupted


@pytest.fixture
def listening() -> Iterator[None]:
    handlers = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    interruption.listen("the work is kept.")
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    interruption._received.clear()


def test_without_a_signal_nothing_is_raised() -> None:
    interruption.check()


@pytest.mark.usefixtures("listening")
def test_a_dropped_signal_is_raised_at_the_next_check() -> None:
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted, match=r"\(SIGTERM\); the work is kept"):
        interruption.check()


@pytest.mark.usefixtures("listening")
def test_what_fails_after_a_signal_was_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def drop(_options: object) -> None:
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
        raise TypeError("result array type does not match underlying function")

    _, consequence = cli._COMMANDS["check"]
    monkeypatch.setitem(cli._COMMANDS, "check", (drop, consequence))
    assert cli.main(["check"]) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == (
        "trainer: ended by signal 15 (SIGTERM); nothing was changed.\n"
    )
