"""`trackless submit`: one run on Vertex AI or on a KFP cluster."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines import environment, options
from pipelines.errors import TracklessError
from pipelines.runs import Run, create_run
from pipelines.submission import Resources, Submission


class Target(StrEnum):
    """The clouds that take a submission."""

    VERTEX = "vertex"
    KFP = "kfp"


def submit(
    target: Annotated[Target, typer.Option(help="Where to run.")],
    pipeline_root: Annotated[
        str, typer.Option(help="gs://bucket/folder of artifacts.")
    ],
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
        str, typer.Option(help="Fixed before the call; trackless-<run> by default.")
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
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Label; repeat.")
    ] = None,
    caching: Annotated[
        bool | None, typer.Option(help="Reuse results of earlier runs' steps.")
    ] = None,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Schedule nothing more after a failure.")
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
    run = _run(
        Run(quick_test_id, artifacts_uri, ""),
        django_url,
        params={**parameters, **further},
        dry_run=dry_run,
    )
    submission = Submission(
        job_name=job_name or f"trackless-{run.id}",
        pipeline_root=pipeline_root,
        arguments={
            "quick_test_id": run.id,
            "artifacts_uri": run.artifacts_uri,
            "django_url": django_url,
            "input_path": input_path,
            "columns": columns,
            "data_options": json.dumps(options.pairs("--data-option", data_option)),
            "beam_pipeline_args": beam_pipeline_args,
            "options": json.dumps(further),
            **parameters,
        },
        image_prefix=images,
        resources=Resources(machine_type, accelerator_type, accelerator_count),
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
    if target is Target.VERTEX:
        return _vertex(submission, project, region, console, dry_run, wait)
    return _kfp(submission, host, namespace, console, dry_run, wait)


def _run(given: Run, django_url: str, *, params: dict[str, Any], dry_run: bool) -> Run:
    """The run as given, or a new one made by Django."""
    if given.id and given.artifacts_uri:
        return given
    if not django_url:
        raise TracklessError(
            "give --django-url, which makes the run, or both --quick-test-id and "
            "--artifacts-uri of a run that exists."
        )
    if dry_run:
        return Run(0, "gs://BUCKET/quick_tests/0", "")
    return create_run(
        django_url, environment.notify_secret(), name="submitted", params=params
    )


def _vertex(
    submission: Submission,
    project: str,
    region: str,
    console: Console,
    dry_run: bool,
    wait: bool,
) -> int:
    from pipelines import vertex

    _require(project=project, region=region)
    target = vertex.VertexTarget(project, region)
    if dry_run:
        console.print_json(data=vertex.vertex_request(submission, target))
        return 0
    submitted = vertex.submit_to_vertex(submission, target)
    _tell(submitted.found, submitted.name, submitted.console_url, console)
    if not wait:
        return 0
    return vertex.follow_on_vertex(submitted, target, _shows_on(console))


def _kfp(
    submission: Submission,
    host: str,
    namespace: str,
    console: Console,
    dry_run: bool,
    wait: bool,
) -> int:
    from pipelines import kfp_cluster

    _require(host=host)
    target = kfp_cluster.KfpTarget(host, namespace, environment.kfp_token())
    if dry_run:
        console.print_json(data=kfp_cluster.kfp_request(submission))
        return 0
    submitted = kfp_cluster.submit_to_kfp(submission, target)
    _tell(submitted.found, submitted.name, submitted.console_url, console)
    if not wait:
        return 0
    return kfp_cluster.follow_on_kfp(submitted, target, _shows_on(console))


def _require(**given: str) -> None:
    for name, value in given.items():
        if not value:
            raise TracklessError(f"--{name} is missing")


def _tell(found: bool, name: str, url: str, console: Console) -> None:
    said = "Already there" if found else "Submitted"
    console.print(f"{said}: {name}\n{url}", highlight=False)


def _shows_on(console: Console) -> Any:
    def show(task: str, state: str) -> None:
        console.print(f"  {task}: {state}", highlight=False, markup=False)

    return show
