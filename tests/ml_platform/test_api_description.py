"""The API's own description, and what lies beside what it describes."""

import pytest
from django.test import Client

from ml_platform.experiments.models import QuickTest

API = "/experiments/api"


def test_the_description_names_every_call_by_its_whole_address() -> None:
    told = Client().get(f"{API}/openapi.json").json()
    assert f"{API}/quick-tests/{{run_id}}/training-history/" in told["paths"]
    assert f"{API}/experiments/compare/" in told["paths"]
    assert all(path.startswith(f"{API}/") for path in told["paths"])


def test_a_download_is_described_as_what_it_is(
    user_client: Client, sample_run: QuickTest
) -> None:
    paths = user_client.get(f"{API}/openapi.json").json()["paths"]
    described = paths[f"{API}/quick-tests/{{run_id}}/training-metrics.csv"]["get"]
    assert list(described["responses"]["200"]["content"]) == ["text/csv"]
    answer = user_client.get(f"{API}/quick-tests/{sample_run.pk}/training-metrics.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize(
    "address", ["", "nothing", "quick-tests/x/", "quick-tests/1/x", "%0a/x", "a%0ab"]
)
def test_an_address_that_is_no_calls_is_refused_in_the_one_shape(
    method: str, address: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(f"{API}/{address}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("run_id", [2**63, 10**40])
def test_an_id_beyond_every_run_is_not_found(user_client: Client, run_id: int) -> None:
    assert user_client.get(f"{API}/quick-tests/{run_id}/").status_code == 404
