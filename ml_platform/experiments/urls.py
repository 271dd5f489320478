"""The app's addresses: pages and, under `api/`, the HTTP API."""

from django.contrib.auth.decorators import login_required
from django.urls import path, re_path

from ml_platform.experiments.api.routes import api, nothing_here
from ml_platform.experiments.pages import (
    compare,
    rankings,
    run,
    run_acts,
    runs,
    scripts,
)

app_name = "experiments"
urlpatterns = [
    path("", login_required(runs.run_list_page), name="list"),
    path("runs.csv", login_required(runs.run_list_csv), name="csv"),
    path("columns/", login_required(runs.columns_choose), name="columns"),
    path("compare/", login_required(compare.compare_page), name="compare"),
    path("compare.csv", login_required(compare.compare_csv), name="compare_csv"),
    path("leaderboard/", login_required(rankings.leaderboard_page), name="leaderboard"),
    path("scatter/", login_required(rankings.scatter_page), name="scatter"),
    path("heatmap/", login_required(rankings.heat_page), name="heatmap"),
    path("<int:run_id>/", login_required(run.run_page), name="run"),
    path("<int:run_id>/look/", login_required(run_acts.look_again), name="look"),
    path("<int:run_id>/cancel/", login_required(run_acts.cancel), name="cancel"),
    path("<int:run_id>/rerun/", login_required(run_acts.rerun), name="rerun"),
    path("scripts/<str:digest>/<path:name>", scripts.page_script, name="script"),
    path("api/", nothing_here),
    path("api/", api.urls),
    re_path(r"^api/", nothing_here),
]
