"""Leaves out of a process what Beam would import and preparing data does not use.

Beam imports a client of every store that it has a connector for, where one is
installed, and does without where none is. In TFX's environment all are: MongoDB's,
Google's, pandas and, for BigQuery's progress bar, a notebook. They take more than half
of the time of a small preparation.
"""

import sys

from trainer.prepare import files

_NEVER_USED = ("IPython", "pandas", "pymongo")
_GOOGLE = "apache_beam.io.gcp"


def leave_out_connectors(*places: str) -> None:
    """Makes this process see those packages as not installed, before Beam is imported.

    For a preparation in this process alone: a runner that hands work on may need them.

    Args:
      places: Where data come from and go to; with a `gs://` place among them Google's
        clients stay.

    Source: https://docs.python.org/3/reference/import.html#the-module-cache
    """
    names = [*_NEVER_USED]
    if not any(files.is_remote(files.normalise(place)) for place in places):
        names.append(_GOOGLE)
    for name in names:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
