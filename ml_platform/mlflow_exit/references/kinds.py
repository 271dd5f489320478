"""What kind of file a path is, and so what becomes of a line of it."""

import re
from pathlib import PurePath

from ml_platform.mlflow_exit.references.finding import SETTING, Action

# (kind, pattern of the path in lower case with slashes, action, why); first match.
_KINDS = (
    (
        "requirement",
        r"(^|/)(requirements[^/]*/[^/]*\.(txt|in|lock)|[^/]*requirements[^/]*\.(txt|in)"
        r"|constraints[^/]*\.txt|[^/]*\.lock|pipfile|setup\.cfg|pyproject\.toml"
        r"|environment[^/]*\.ya?ml|conda[^/]*\.ya?ml|pdm\.toml|package(-lock)?\.json)$",
        "asks for MLflow to be installed",
    ),
    ("env file", r"(^|/)(\.env[^/]*|[^/]*\.env)$", "sets it in the environment"),
    (
        "docker",
        r"(^|/)([^/]*dockerfile[^/]*|[^/]*containerfile|\.dockerignore"
        r"|(docker-)?compose[^/]*\.ya?ml)$",
        "builds or starts it in an image",
    ),
    ("cloud build", r"(^|/)[^/]*cloudbuild[^/]*\.(ya?ml|json)$", "a step of the build"),
    (
        "ci",
        r"(^|/)(\.github/|\.gitlab-ci|\.circleci/|\.travis|azure-pipelines|jenkinsfile"
        r"|bitbucket-pipelines|\.buildkite/|tox\.ini|noxfile|\.pre-commit)",
        "runs in continuous integration",
    ),
    ("terraform", r"\.(tf|tfvars|hcl)(\.json)?$", "declares it as infrastructure"),
    ("template", r"\.(html?|jinja2?|j2|tmpl|tpl|vue|jsx|tsx)$", "is shown on a page"),
    ("docs", r"(\.(md|rst|adoc|txt)|(^|/)(changelog|readme|authors|news)[^/]*)$",
     "tells readers about it"),
    ("notebook", r"\.ipynb$", "a cell or its output"),
    ("script", r"(\.(sh|bash|zsh|fish|ps1|bat)|(^|/)(makefile|justfile|procfile))$",
     "runs or calls it"),
    ("settings", r"\.(ya?ml|toml|ini|cfg|json|conf|properties|xml)$", "configures it"),
    ("python", r"\.pyi?$", "this file is no Python that can be parsed"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(path), why) for kind, path, why in _KINDS)
_OTHER = ("other", "names MLflow")

# In these each line stands by itself, so the one that names MLflow can just go.
_A_LINE_EACH = ("requirement", "env file")
_STRUCTURED = re.compile(r"(pyproject\.toml|setup\.cfg|\.json|\.lock|\.ya?ml)$")


def line_kind(path: PurePath, line: str) -> tuple[Action, str, str]:
    """Returns the action, kind and reason of a line that names MLflow."""
    kind, why = _kind(path.as_posix().lower())
    structured = _STRUCTURED.search(path.name.lower())
    action = Action.EDIT
    if kind in _A_LINE_EACH and not structured:
        action = Action.DELETE
    if SETTING.search(line) and kind not in ("docs", "requirement"):
        why = f"one of MLflow's settings; {why}"
    return action, kind, why


def _kind(path: str) -> tuple[str, str]:
    for kind, pattern, why in _COMPILED:
        if pattern.search(path):
            return kind, why
    return _OTHER
