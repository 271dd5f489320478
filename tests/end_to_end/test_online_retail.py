"""The main job on real B2B invoice lines, subsampled."""

from pathlib import Path

import pytest

from tests.support.workplace import ROOT

LINES = ROOT.parent / "shared" / "data" / "online_retail.parquet"

pytestmark = [
    pytest.mark.online_retail,
    pytest.mark.skipif(
        not LINES.exists(),
        reason="the Online Retail lines are not beside the project (../shared/data)",
    ),
]


@pytest.fixture
def subsample(tmp_path) -> Path:
    """Every twelfth line: enough buyers and products, half a minute's training."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(LINES)
    path = tmp_path / "online_retail_sample.parquet"
    parquet.write_table(table.take(list(range(0, table.num_rows, 12))), path)
    return path


def test_real_lines_train_better_than_popularity(workplace, subsample):
    ended = workplace.run(
        "run", "--input", str(subsample), "--epochs", "4", "--no-serve"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document = workplace.document()
    dropped = document["run"]["data"]["dropped"]
    assert (
        sum(dropped.values()) + document["run"]["data"]["rows_kept"]
        == (document["run"]["data"]["rows_read"])
    )
    assert len([reason for reason, count in dropped.items() if count]) >= 3
    finals = document["final_metrics"]
    assert finals["test_recall_at_100"] > finals["test_popularity_recall_at_100"]
