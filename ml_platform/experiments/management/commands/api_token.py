"""Makes, lists and revokes personal tokens of the API."""

import argparse
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from ml_platform.experiments.models import ApiToken, TokenScope
from ml_platform.experiments.services.api_tokens import token_create, token_revoke


class Command(BaseCommand):
    """Personal tokens let a program do what their user may do."""

    help = (
        "Makes, lists and revokes personal tokens. Exit codes: 0 done, "
        "2 no such user or token."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the steps create, list and revoke."""
        steps = parser.add_subparsers(dest="step", required=True)
        create = steps.add_parser("create", help="prints a token, once")
        create.add_argument("user")
        create.add_argument("--name", default="", help="what it is for")
        create.add_argument(
            "--scope",
            choices=TokenScope.values,
            default=TokenScope.READ,
            help="write also starts, cancels and deletes, if its user may",
        )
        steps.add_parser("list", help="lists tokens; never the tokens themselves")
        revoke = steps.add_parser("revoke", help="revokes a token")
        revoke.add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> str:
        """Does the step and returns what is printed."""
        if options["step"] == "create":
            return self._create(options)
        if options["step"] == "revoke":
            if not token_revoke(token_id=options["id"]):
                raise CommandError(
                    f"token {options['id']}: not in force; see the list", returncode=2
                )
            return f"token {options['id']} revoked"
        lines = [
            f"{token.pk}\t{token.user}\t{token.name}\t{token.scope}\t"
            f"{'revoked' if token.revoked_at else 'in force'}"
            for token in ApiToken.objects.select_related("user").order_by("pk")
        ]
        return "\n".join(lines) or "no tokens"

    def _create(self, options: dict[str, Any]) -> str:
        username = options["user"]
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(
                f"user {username!r}: not found; make it with createsuperuser",
                returncode=2,
            )
        return token_create(user=user, name=options["name"], scope=options["scope"])
