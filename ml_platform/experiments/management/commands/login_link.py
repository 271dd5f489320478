"""Prints a one-time login link."""

import argparse
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from ml_platform.experiments.management.commands.serve_local import (
    LOCAL_USER,
    local_user,
)
from ml_platform.experiments.services.login_links import login_link_create


class Command(BaseCommand):
    """Makes a link that logs a user in once, within twelve hours."""

    help = "Prints a one-time login link. Exit codes: 0 printed, 2 no such user."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --base-url and --user."""
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")
        parser.add_argument("--user", default=LOCAL_USER, help="default: local")

    def handle(self, *args: Any, **options: Any) -> str:
        """Returns the link, which Django prints."""
        if options["user"] == LOCAL_USER:
            user = local_user()
        else:
            user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(
                f"user {options['user']!r}: not found; make it with createsuperuser",
                returncode=2,
            )
        base = options["base_url"].rstrip("/")
        return f"{base}/login/{login_link_create(user=user)}/"
