"""The project's addresses: the app under `/experiments/`, the exit, login, health."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from ml_platform.experiments.pages.health import healthz, readyz
from ml_platform.experiments.pages.login import login_by_link
from ml_platform.mlflow_exit.pages import exit_page

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="experiments:list")),
    path("experiments/", include("ml_platform.experiments.urls")),
    path("mlflow-exit/", exit_page, name="mlflow-exit"),
    path(
        "login/",
        LoginView.as_view(template_name="experiments/login.html"),
        name="login",
    ),
    path("login/<str:token>/", login_by_link, name="login-link"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
    path("healthz", healthz),
    path("readyz", readyz),
]
