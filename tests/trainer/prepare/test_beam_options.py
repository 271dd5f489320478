"""Which options of Beam are taken, and how the others are refused."""

import json

import pytest
from apache_beam.options.pipeline_options import DirectOptions, StandardOptions

from trainer.errors import OptionError
from trainer.prepare import beam_options


def test_without_options_one_process_does_it() -> None:
    options = beam_options.parse("")
    assert options.view_as(StandardOptions).runner == "FnApiRunner"
    assert not beam_options.runs_elsewhere(options)


def test_options_reach_the_runner() -> None:
    options = beam_options.parse('["--runner=DirectRunner", "--direct_num_workers=2"]')
    assert options.view_as(StandardOptions).runner == "DirectRunner"
    assert options.view_as(DirectOptions).direct_num_workers == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["--reigon=eu"], "--reigon: no option of Beam or its runners; did you mean"),
        (["stray"], "give a JSON array of options"),
        ({"runner": "x"}, "give a JSON array of options"),
        (["--num_workers=many"], "invalid int value: 'many'"),
        (["--runner=Sparkly"], "--runner=Sparkly: Unexpected pipeline runner"),
        (["--runner=DataflowRunner"], "Missing required option: project"),
    ],
)
def test_what_beam_does_not_know_is_refused_by_name(given: object, named: str) -> None:
    with pytest.raises(OptionError) as refused:
        beam_options.parse(json.dumps(given))
    lines = str(refused.value).splitlines()
    assert any(named in line for line in lines)
    assert all(line.startswith("--beam-pipeline-args: ") for line in lines)
