"""What the tests have MLflow itself do; run in an environment that has it.

`python mlflow_programs.py ACTION… ` does one after the other. Without an action it does
those of each line that it is sent, a JSON list, and prints `[]` when they are done:

    new URI                          make the empty tables
    write URI                        write `write_history.py`'s history
    generate URI RUNS POINTS STEPS   write `generated_history.py`'s
    read URI                         print all that the client reads, a JSON list a line
"""

import json
import sys
from typing import Any

from generated_history import generate
from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient
from write_history import write


def read(uri: str) -> None:
    """Prints experiments, runs and points, floats as text."""
    client = MlflowClient(uri)
    for experiment in client.search_experiments(view_type=ViewType.ALL):
        told = dict(experiment)
        _print(uri, "experiment", told)
        where, token = [experiment.experiment_id], None
        while True:
            page = client.search_runs(where, "", ViewType.ALL, 500, page_token=token)
            for run in page:
                _read_run(client, uri, run)
            token = page.token
            if not token:
                break


def _read_run(client: MlflowClient, uri: str, run: Any) -> None:
    run_id = run.info.run_id
    _print(uri, "run", dict(run.info), run.data.params, run.data.tags)
    for key in run.data.metrics:
        for one in client.get_metric_history(run_id, key):
            _print(uri, "point", run_id, key, one.step, repr(one.value), one.timestamp)


def _print(*told: Any) -> None:
    print(json.dumps(told, sort_keys=True, default=str))


ACTIONS = {
    "new": (1, lambda uri: MlflowClient(uri).search_experiments()),
    "write": (1, write),
    "generate": (
        4,
        lambda uri, *counts: generate(uri, *map(int, counts)),
    ),
    "read": (1, read),
}


def main(arguments: list[str]) -> None:
    """Does what the module's docstring shows."""
    if arguments:
        act(arguments)
        return
    for line in sys.stdin:
        act(json.loads(line))
        print("[]", flush=True)


def act(arguments: list[str]) -> None:
    """Does the actions, one after the other."""
    while arguments:
        count, action = ACTIONS[arguments[0]]
        action(*arguments[1 : 1 + count])
        arguments = arguments[1 + count :]


if __name__ == "__main__":
    main(sys.argv[1:])
