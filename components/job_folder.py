"""The folder that a job's outputs share, seen from any output of it.

KFP reuses a step's outputs in a later run whose inputs are the same, so a step that is
worth reusing must not be told which run it works for. It does know where its own
outputs go, and whoever runs the pipeline keeps those of one job together:

    Vertex AI      ROOT/PROJECT_NUMBER/JOB/prepare-interactions_ID/dataset
    a KFP cluster  ROOT/PIPELINE/RUN_ID/prepare-interactions/UUID/dataset
    local runner   ROOT/JOB/prepare-interactions/dataset
"""

PREPARE = "prepare-interactions"
TRAIN = "train-two-tower"
FINISH = "finish-run"


def job_folder(output_uri: str, task: str) -> str:
    """The folder, or "" where the address does not name the task.

    Args:
        output_uri: Of any artifact that the task makes.
        task: The task's name, as KFP makes it of the component's.
    """
    return output_uri.rpartition(f"/{task}")[0]
