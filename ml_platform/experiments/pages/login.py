"""Logging in by a one-time link."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ml_platform.experiments.services.login_links import login_link_use


def login_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Logs the link's user in, once; a spent link explains itself."""
    user = login_link_use(token=token)
    if user is None:
        return render(request, "experiments/login_link_spent.html", status=403)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("experiments:list")
