"""A page's script is joined from its modules, and served for browsers to keep."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ml_platform.experiments import modules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A folder of scripts of the test's own, and nothing joined before."""
    monkeypatch.setattr(modules, "_FOLDER", tmp_path)
    modules.joined.cache_clear()
    yield tmp_path
    modules.joined.cache_clear()


def fetched(client: Client, page: str) -> Any:
    """The script that a page names."""
    html = client.get(page).content.decode()
    [address] = re.findall(r'<script type="module" src="([^"]+)">', html)
    return client.get(address, headers={"Accept-Encoding": "gzip"})


def test_what_is_imported_comes_once_and_before_it_is_used() -> None:
    text = modules.joined("run_page.js").text
    made = re.findall(r"^const (\$\w+) = ", text, re.MULTILINE)
    assert made[-1] == "$run_page"
    assert len(made) == len(set(made))
    assert {"$base", "$charts_line_chart", "$lib_api"} <= set(made)
    for name in made:
        assert text.index(f"const {name} = ") <= text.index(name)


def test_what_is_fetched_on_demand_is_a_script_of_its_own() -> None:
    text = modules.joined("run_page.js").text
    assert "$charts_picture" not in text
    picture = modules.joined("charts/picture.js")
    assert f'import("../{picture.digest}/charts/picture.js")' in text
    assert picture.text.endswith("export const { pictureOf } = $charts_picture;\n")


@pytest.mark.parametrize("name", sorted(modules.script_names()))
def test_every_script_can_be_joined(name: str) -> None:
    script = modules.joined(name)
    assert gzip.decompress(script.gzipped).decode() == script.text
    assert not re.search(r"^import\s", script.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("export default 3;\n", "page.js: export default 3;: write"),
        ('import x from "./x.js";\n', 'page.js: import x from "./x.js";: write'),
        ('import { a } from "./page.js";\n', "page.js imports page.js: move"),
    ],
)
def test_what_cannot_be_joined_is_named(folder: Path, written: str, told: str) -> None:
    (folder / "page.js").write_text(written)
    with pytest.raises(modules.CannotJoin) as refused:
        modules.joined("page.js")
    assert str(refused.value).startswith(told)


@pytest.mark.django_db
def test_a_browser_keeps_a_script_for_ever(client: Client) -> None:
    answer = fetched(client, "/login/")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.content).decode() == modules.joined("base.js").text


def test_a_script_of_another_version_is_not_kept(client: Client) -> None:
    answer = client.get("/experiments/scripts/0123456789ab/base.js")
    assert answer.content.decode() == modules.joined("base.js").text
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "../css/base.css", "lib/../base.js"])
def test_nothing_but_scripts_is_served(client: Client, name: str) -> None:
    assert client.get(f"/experiments/scripts/0123456789ab/{name}").status_code == 404


@pytest.mark.django_db
def test_while_debugging_an_edit_shows(
    client: Client, settings: Any, folder: Path
) -> None:
    (folder / "base.js").write_text("const one = 1;\n")
    assert "one" in gzip.decompress(fetched(client, "/login/").content).decode()
    (folder / "base.js").write_text("const two = 2;\n")
    settings.DEBUG = True
    assert "two" in gzip.decompress(fetched(client, "/login/").content).decode()
