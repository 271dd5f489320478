"""MLflow's times, milliseconds since 1970, as times of a calendar."""

from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int | None) -> datetime | None:
    """Returns the time in UTC; None where there is none or no calendar has it."""
    if milliseconds is None:
        return None
    try:
        return _START + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
