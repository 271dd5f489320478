"""What the local runner's process imports; what it runs is in `test_local_*.py`."""

import subprocess
import sys

PROGRAM = """
import sys
from pipelines.local_runner import import_kfp
import_kfp()
from kfp import local
from pipelines.recommender_training import recommender_training
print("kubernetes" in sys.modules, recommender_training.name)
"""


def test_a_local_run_does_without_the_client_of_a_cluster():
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True
    )
    assert ended.stdout == "False recommender-training\n", ended.stderr
