"""What is asked of a cloud, whichever it is, and the compiled spec made for it.

The job's name is fixed before anything is sent, so that a repeated submit finds the
first job instead of starting a second one.
"""

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components import environment
from components.credentials import SECRET_VERSION
from pipelines.errors import TracklessError

_MACHINE = re.compile(r"^[a-z]\w*-(standard|highmem|highcpu)-(\d+)$")
_GIB_A_CPU = {"standard": 4.0, "highmem": 8.0, "highcpu": 1.0}
GKE_SPOT = "cloud.google.com/gke-spot"
_JOB_NAME = re.compile(r"^[a-z][-a-z0-9]{0,127}$")


@dataclass(frozen=True)
class Resources:
    """What the training step asks for.

    Attributes:
        machine_type: Such as `n2-standard-8`; its CPUs and memory become the step's
            limits, from which Vertex AI picks the machine. "" leaves the default.
        accelerator_type: Such as `NVIDIA_TESLA_T4`; "" for none.
        accelerator_count: Cards a machine.
        spot: On a machine that may be taken away, at a lower price. GKE only.
    """

    machine_type: str = ""
    accelerator_type: str = ""
    accelerator_count: int = 1
    spot: bool = False


@dataclass(frozen=True)
class Submission:
    """One request to run the pipeline in a cloud.

    Attributes:
        job_name: Fixed before the call: lower case letters, digits and hyphens.
        pipeline_root: `gs://…`, where artifacts of steps go.
        arguments: The pipeline's.
        image_prefix: Registry and repository in front of the images' names.
        resources: Of the training step.
        labels: For the console and the bill.
        caching: Let the preparation be reused from an earlier job, where its inputs
            were the same. Training never is: a run is one training.
        fail_fast: Schedule nothing more once a step has failed.
        service_account: The steps run as it; "" for the default one.
        network: Full name of a VPC network; "" for none. Vertex AI only.
        experiment: Name of the experiment to file the run under; "" for none.
        notify_secret: Name of the version in Secret Manager that signs notifications;
            "" for what the image has, or a Google identity.
        oidc_audience: Of that identity's token; "" for Django's address.
    """

    job_name: str
    pipeline_root: str
    arguments: dict[str, Any]
    image_prefix: str = ""
    resources: Resources = Resources()
    labels: dict[str, str] = field(default_factory=dict)
    caching: bool = False
    fail_fast: bool = False
    service_account: str = ""
    network: str = ""
    experiment: str = ""
    notify_secret: str = ""
    oidc_audience: str = ""

    def __post_init__(self) -> None:
        """Refuses what no cloud would take.

        Raises:
            TracklessError: Names the field.
        """
        if not _JOB_NAME.match(self.job_name):
            raise TracklessError(
                f"--job-name {self.job_name}: use a lower case letter, then lower case "
                "letters, digits and hyphens, 128 at most."
            )
        if not self.pipeline_root.startswith("gs://"):
            raise TracklessError(
                f"--pipeline-root {self.pipeline_root}: expected gs://bucket/folder."
            )
        if self.notify_secret and not SECRET_VERSION.fullmatch(self.notify_secret):
            raise TracklessError(
                "--notify-secret: expected projects/P/secrets/S/versions/V; the secret "
                "itself would be shown by the console."
            )


@dataclass(frozen=True)
class Submitted:
    """A job that a cloud holds.

    Attributes:
        name: How the cloud names it.
        console_url: Where people watch it.
        found: True when it was there already under the same job name.
    """

    name: str
    console_url: str
    found: bool


def compiled_spec(submission: Submission) -> dict[str, Any]:
    """The pipeline's spec with this submission's images, resources and caching."""
    from kfp import compiler

    from pipelines.recommender_training import recommender_training

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pipeline.yaml"
        compiler.Compiler().compile(recommender_training, str(path))
        spec: dict[str, Any] = yaml.safe_load(path.read_text())
    executors = spec["deploymentSpec"]["executors"]
    if submission.image_prefix:
        prefix = submission.image_prefix.rstrip("/")
        for executor in executors.values():
            name = executor["container"]["image"].rpartition("/")[2]
            executor["container"]["image"] = f"{prefix}/{name}"
    resources = _resources(submission.resources)
    if resources:
        executors["exec-train-two-tower"]["container"]["resources"] = resources
    if submission.caching:
        tasks = spec["components"]["comp-exit-handler-1"]["dag"]["tasks"]
        tasks["prepare-interactions"]["cachingOptions"] = {"enableCache": True}
    for name in ("exec-notify-django", "exec-finish-run"):
        if variables := _notifying(submission):
            executors[name]["container"]["env"] = variables
    return spec


def platform_spec(submission: Submission) -> dict[str, Any]:
    """What Kubernetes is asked for beside the spec; empty where nothing is.

    Source: https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms and
    kubeflow/pipelines kubernetes_platform/proto/kubernetes_executor_config.proto.
    """
    if not submission.resources.spot:
        return {}
    wanted = {
        "nodeSelector": {"labels": {GKE_SPOT: "true"}},
        "tolerations": [
            {
                "key": GKE_SPOT,
                "operator": "Equal",
                "value": "true",
                "effect": "NoSchedule",
            }
        ],
    }
    executors = {"exec-train-two-tower": wanted}
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": executors}}}}


def _notifying(submission: Submission) -> list[dict[str, str]]:
    """Variables of the steps that tell Django; none of them is a secret."""
    variables = {
        environment.NOTIFY_SECRET: submission.notify_secret,
        environment.OIDC_AUDIENCE: submission.oidc_audience,
    }
    return [
        {"name": name, "value": value} for name, value in variables.items() if value
    ]


def _resources(asked: Resources) -> dict[str, Any]:
    """KFP's resource section; both its older and its newer spelling.

    Source: kubeflow/pipelines api/v2alpha1/pipeline_spec.proto, ResourceSpec.
    """
    section: dict[str, Any] = {}
    if asked.machine_type:
        cpus, gib = _machine(asked.machine_type)
        section["cpuLimit"], section["resourceCpuLimit"] = float(cpus), str(cpus)
        section["memoryLimit"] = gib * 1.073741824  # GB, as the proto counts
        section["resourceMemoryLimit"] = f"{gib:g}Gi"
    if asked.accelerator_type:
        count = str(asked.accelerator_count)
        section["accelerator"] = {
            "type": asked.accelerator_type,
            "count": count,
            "resourceType": asked.accelerator_type,
            "resourceCount": count,
        }
    return section


def _machine(machine_type: str) -> tuple[int, float]:
    """CPUs and GiB of memory of a machine type of Google's general families."""
    matched = _MACHINE.match(machine_type)
    if not matched:
        raise TracklessError(
            f"--machine-type {machine_type}: expected FAMILY-standard-N, "
            "FAMILY-highmem-N or FAMILY-highcpu-N, such as n2-standard-8."
        )
    cpus = int(matched[2])
    return cpus, cpus * _GIB_A_CPU[matched[1]]
