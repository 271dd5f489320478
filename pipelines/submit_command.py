"""`trackless submit`: one run on Vertex AI or on a KFP cluster."""

import datetime
import json
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines import environment, options
from pipelines.errors import TracklessError
from pipelines.runs import Run
from pipelines.submission import Resources, Submission
from pipelines.submitting import Cloud, kfp_cloud, placed, submit_run, vertex_cloud

_DRY_RUN = Run(0, "gs://BUCKET/quick_tests/0", "")
_CACHED = "reused from an earlier run (cached)"


class Target(StrEnum):
    """The clouds that take a submission."""

    VERTEX = "vertex"
    KFP = "kfp"


def submit(
    target: Annotated[Target, typer.Option(help="Where to run.")],
    bucket: Annotated[
        str, typer.Option(help="Bucket of steps' artifacts, under pipeline_root/.")
    ] = "",
    pipeline_root: Annotated[
        str, typer.Option(help="gs://bucket/folder of them, instead of --bucket.")
    ] = "",
    django_url: Annotated[
        str,
        typer.Option(help="The Django app's address with its prefix; makes the run."),
    ] = "",
    quick_test_id: Annotated[
        int, typer.Option(help="The run's id, where Django already has it.")
    ] = 0,
    artifacts_uri: Annotated[
        str, typer.Option(help="The run's folder, where Django already has it.")
    ] = "",
    job_name: Annotated[
        str,
        typer.Option(
            help="Fixed before the call; a repeated submit finds its job. By default "
            "trackless-<run> of a run that exists, else a new name."
        ),
    ] = "",
    project: Annotated[str, typer.Option(help="Google Cloud project (vertex).")] = "",
    region: Annotated[str, typer.Option(help="Region (vertex).")] = "",
    host: Annotated[str, typer.Option(help="The KFP API's address (kfp).")] = "",
    namespace: Annotated[str, typer.Option(help="Kubernetes namespace (kfp).")] = "",
    images: Annotated[
        str, typer.Option(help="Registry and repository of the images.")
    ] = "",
    service_account: Annotated[str, typer.Option(help="The steps run as it.")] = "",
    network: Annotated[str, typer.Option(help="Full VPC network name (vertex).")] = "",
    experiment: Annotated[str, typer.Option(help="Experiment to file under.")] = "",
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Label; repeat (vertex)."),
    ] = None,
    caching: Annotated[
        bool,
        typer.Option(
            "--caching",
            help="Reuse data that an earlier job prepared from the same inputs.",
        ),
    ] = False,
    fail_fast: Annotated[
        bool,
        typer.Option(
            "--fail-fast", help="Schedule nothing more once a step failed (vertex)."
        ),
    ] = False,
    machine_type: Annotated[
        str, typer.Option(help="Of the training step, such as n2-standard-8.")
    ] = "",
    accelerator_type: Annotated[
        str, typer.Option(help="Of the training step, such as NVIDIA_TESLA_T4.")
    ] = "",
    accelerator_count: Annotated[
        int, typer.Option(min=1, help="Accelerators of the training step.")
    ] = 1,
    spot: Annotated[
        bool, typer.Option("--spot", help="Train on Spot machines (kfp on GKE).")
    ] = False,
    notify_secret: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="projects/P/secrets/S/versions/V of Secret Manager, which signs "
            "notifications; absent: the step's Google identity does.",
        ),
    ] = "",
    oidc_audience: Annotated[
        str, typer.Option(help="Of that identity's token; Django's address if absent.")
    ] = "",
    input_path: options.InputPath = "",
    columns: options.Columns = "",
    epochs: options.Epochs = 10,
    batch_size: options.BatchSize = 2048,
    learning_rate: options.LearningRate = 0.1,
    embedding_dim: options.EmbeddingDim = 32,
    optimizer: options.Optimizer = "adagrad",
    seed: options.Seed = 1,
    option: options.Further = None,
    data_option: options.FurtherData = None,
    beam_pipeline_args: options.BeamArgs = "[]",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the exact request, send nothing.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Show tasks as they go; exit with the run.")
    ] = False,
) -> int:
    """Submit one run to Vertex AI or to a KFP cluster."""
    parameters: dict[str, Any] = {
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "embedding_dim": embedding_dim,
        "optimizer": optimizer,
        "seed": seed,
    }
    further = options.pairs("--option", option)
    _only_for(Target.KFP, target, host=host, namespace=namespace)
    _only_for(
        Target.VERTEX,
        target,
        project=project,
        region=region,
        network=network,
        label=label,
        fail_fast=fail_fast,
    )
    cloud = _cloud(target, project, region, host, namespace, spot)
    given = Run(quick_test_id, artifacts_uri, "")
    if not given.exists and not django_url:
        raise TracklessError(
            "give --django-url, which makes the run, or both --quick-test-id and "
            "--artifacts-uri of a run that exists."
        )
    submission = Submission(
        job_name=job_name or _job_name(given),
        pipeline_root=pipeline_root or _root(bucket),
        arguments={
            **placed(given if given.exists or not dry_run else _DRY_RUN),
            "django_url": django_url,
            "input_path": input_path,
            "columns": columns,
            "data_options": json.dumps(options.pairs("--data-option", data_option)),
            "beam_pipeline_args": beam_pipeline_args,
            "options": json.dumps(further),
            **parameters,
        },
        image_prefix=images,
        resources=Resources(machine_type, accelerator_type, accelerator_count, spot),
        labels={k: str(v) for k, v in options.pairs("--label", label).items()},
        caching=caching,
        fail_fast=fail_fast,
        service_account=service_account,
        network=network,
        experiment=experiment,
        notify_secret=notify_secret,
        oidc_audience=oidc_audience,
    )
    console = Console(soft_wrap=True)
    if dry_run:
        console.print_json(data=cloud.request(submission, cloud.target))
        return 0
    submitted = submit_run(
        submission,
        cloud,
        given,
        params={**parameters, **further},
        secret=environment.notify_secret(),
    )
    said = "Already there" if submitted.found else "Submitted"
    console.print(f"{said}: {submitted.name}\n{submitted.console_url}", highlight=False)
    if not wait:
        return 0
    return cloud.follow(submitted, cloud.target, shows_on(console))


def _cloud(
    target: Target, project: str, region: str, host: str, namespace: str, spot: bool
) -> Cloud:
    if target is Target.VERTEX:
        from pipelines.vertex_target import VertexTarget

        _require(project=project, region=region)
        if spot:
            raise TracklessError(
                "--spot: a step of a Vertex AI pipeline cannot ask for Spot machines; "
                "train on GKE with --target kfp, or leave it out."
            )
        return vertex_cloud(VertexTarget(project, region))
    from pipelines.kfp_cluster import KfpTarget

    _require(host=host)
    return kfp_cloud(KfpTarget(host, namespace, environment.kfp_token()))


def _job_name(run: Run) -> str:
    if run.id:
        return f"trackless-{run.id}"
    now = datetime.datetime.now(datetime.UTC)
    return f"trackless-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _root(bucket: str) -> str:
    if not bucket:
        raise TracklessError("--bucket is missing")
    return f"gs://{bucket.removeprefix('gs://').rstrip('/')}/pipeline_root"


def _only_for(wanted: Target, target: Target, **given: Any) -> None:
    """Refuses what the other cloud would ignore."""
    for name, value in given.items():
        if value and target is not wanted:
            option = name.replace("_", "-")
            raise TracklessError(
                f"--{option}: only for --target {wanted}; leave it out."
            )


def _require(**given: str) -> None:
    for name, value in given.items():
        if not value:
            raise TracklessError(f"--{name} is missing")


def shows_on(console: Console) -> Callable[[str, str], None]:
    """Prints a task's state; both clouds call a task that was reused skipped."""

    def show(task: str, state: str) -> None:
        said = _CACHED if state == "SKIPPED" else state
        console.print(f"  {task}: {said}", highlight=False, markup=False)

    return show
