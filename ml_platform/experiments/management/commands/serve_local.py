"""Serves the pages on this machine: database made, user made, one-time login link."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from ml_platform.experiments.api.auth import WRITE_PERMISSION
from ml_platform.experiments.local_server import (
    HOST,
    LocalServer,
    PortInUse,
    bound_socket,
    write_ready_file,
)
from ml_platform.experiments.services.login_links import login_link_create

LOCAL_USER = "local"


class Command(BaseCommand):
    """Applies migrations, then serves until Ctrl-C or SIGTERM."""

    help = (
        "Serves the pages on 127.0.0.1 until Ctrl-C. "
        "Exit codes: 0 stopped in order, 2 the port is in use."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --port and --ready-file."""
        parser.add_argument(
            "--port", type=int, default=8000, help="0 picks a free one (default 8000)"
        )
        parser.add_argument(
            "--ready-file",
            type=Path,
            help="written when ready: JSON with url, login_url, port and pid",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes ready, tells, serves."""
        try:
            bound = bound_socket(options["port"])
        except PortInUse as error:
            raise CommandError(str(error), returncode=2) from error
        call_command("migrate", verbosity=0, interactive=False)
        port = bound.getsockname()[1]
        url = f"http://{HOST}:{port}"
        told = {
            "url": f"{url}/experiments/",
            "login_url": f"{url}/login/{login_link_create(user=local_user())}/",
            "port": port,
            "pid": os.getpid(),
        }
        _run_jobs_here(told["url"].rstrip("/"))
        # The workers are forked from here: none may inherit an open connection.
        connections.close_all()
        LocalServer(_application(), bound, lambda: self._ready(told, options)).run()

    def _ready(self, told: dict[str, Any], options: dict[str, Any]) -> None:
        self.stdout.write(f"Runs: {told['url']}")
        self.stdout.write(f"Log in once with: {told['login_url']}")
        self.stdout.flush()
        if path := options["ready_file"]:
            write_ready_file(path, told)


def local_user() -> Any:
    """Returns the user of this machine; it can log in by a link only."""
    users = get_user_model()
    user, created = users.objects.get_or_create(
        username=LOCAL_USER, defaults={"is_staff": True}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    app_label, _, codename = WRITE_PERMISSION.partition(".")
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app_label, codename=codename)
    )
    return user


def _run_jobs_here(url: str) -> None:
    """Lets the pages' own machine run pipelines, which announce themselves here."""
    root = str(Path(settings.TRACKLESS_LOGS).with_name("pipeline_root"))
    settings.TRACKLESS_URL = settings.TRACKLESS_URL or url
    settings.TRACKLESS_LOCAL_CHECK = [
        *(settings.TRACKLESS_TRAINER_PYTHON, "-m", "trainer", "check")
    ]
    settings.TRACKLESS_LOCAL_RUNNER = [
        *(sys.executable, "-m", "pipelines.local_runner", root)
    ]


def _application() -> Any:
    from ml_platform.wsgi import application

    return application
