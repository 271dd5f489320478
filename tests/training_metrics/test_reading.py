"""Old, broken and hostile documents: repaired, marked or refused in one line."""

import codecs
import gzip
import json
from pathlib import Path

import pytest

from training_metrics import limits
from training_metrics.errors import DocumentNotFound, DocumentRefused
from training_metrics.reading import from_bytes, read_document
from training_metrics.writing import to_bytes

EXAMPLE = Path(__file__).with_name("example.json").read_bytes()
HEAD = '{"schema_version": "1.0", "status": "completed", '


def read(text):
    """Document and findings as lines."""
    data = text if isinstance(text, bytes) else text.encode()
    document, findings = from_bytes(data, "f.json")
    again, left = from_bytes(to_bytes(document), "again.json")
    assert left == []
    assert to_bytes(again) == to_bytes(document)
    return document, [str(finding) for finding in findings]


def anomalies(document):
    return [(a.path, a.epoch, a.kind) for a in document.anomalies]


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (codecs.BOM_UTF8 + EXAMPLE, "$: utf-8 byte-order mark, removed"),
        (gzip.compress(EXAMPLE), "$: compressed with gzip, decompressed"),
        (EXAMPLE.decode().encode("utf-16"), "$: utf-16-le byte-order mark, removed"),
        (EXAMPLE.decode().encode("utf-16-be"), "$: written in utf-16-be, decoded"),
        (EXAMPLE.decode().encode("utf-32"), "$: utf-32-le byte-order mark, removed"),
    ],
)
def test_other_encodings_need_no_guess(data, finding):
    document, findings = read(data)
    assert findings == [finding]
    assert to_bytes(document) == EXAMPLE


def test_nan_tokens_become_null_and_anomalies():
    """Row 6 of the field's table: bare tokens."""
    document, findings = read(
        HEAD + '"epochs": [0, 1, 2, 3, 4], '
        '"loss": {"loss": [NaN, Infinity, -Infinity, 1e999, 0.5]}}'
    )
    assert document.loss["loss"] == [None, None, None, None, 0.5]
    assert anomalies(document) == [
        ("loss.loss", 0, "nan"),
        ("loss.loss", 1, "+inf"),
        ("loss.loss", 2, "-inf"),
        ("loss.loss", 3, "too_large"),
    ]
    assert findings[0] == "loss.loss: 1 × NaN, made null and listed in anomalies"


def test_a_short_series_is_neither_padded_nor_lost():
    """Row 5: a one-element list among three epochs belongs to no known epoch."""
    document, findings = read(
        HEAD + '"epochs": [0, 1, 2], "loss": {"loss": [1, 2, 3]}, '
        '"metrics": {"recall": [0.25]}}'
    )
    assert document.metrics == {}
    assert findings == [
        "metrics.recall: 1 entries for 3 epochs, so whose they are is unknown, "
        "kept in anomalies, drawn nowhere"
    ]
    assert document.anomalies[0].model_extra == {"values": [0.25]}


def test_a_long_series_is_neither_cut_nor_lost():
    """Nobody knows whether its first or its last entry is the one too many."""
    document, findings = read(
        HEAD + '"epochs": [0, 1], "loss": {"loss": [1, 2, 3]}, '
        '"metrics": {"__proto__": [4, 5]}}'
    )
    assert (document.loss, document.metrics) == ({}, {"__proto__": [4, 5]})
    assert findings[0].startswith("loss.loss: 3 entries for 2 epochs, so whose they")
    assert document.anomalies[0].model_extra == {"values": [1, 2, 3]}


def test_unsorted_and_repeated_epochs():
    document, findings = read(
        HEAD + '"epochs": [0, 2, 1, 2], "loss": {"loss": [1, 2, 3, 4]}}'
    )
    assert (document.epochs, document.loss["loss"]) == ([0, 1, 2], [1, 3, 4])
    assert findings == [
        "epochs: not increasing, sorted, each entry with its epoch",
        "epochs: there twice: 2, the later entries kept",
    ]
    assert anomalies(document) == [("epochs", 2, "replaced")]


def test_numbers_as_text_and_what_is_no_number():
    document, findings = read(
        HEAD + '"epochs": ["0", 1.0, 2], "loss": {"loss": ["0.5", true, "x"]}, '
        '"final_metrics": {"test_loss": "NaN", "test_mae": "1e-3"}}'
    )
    assert document.epochs == [0, 1, 2]
    assert document.loss["loss"] == [0.5, None, None]
    assert document.final_metrics == {"test_loss": None, "test_mae": 0.001}
    assert "loss.loss: 2 × not a number, made null and listed in anomalies" in findings


def test_a_failed_run_of_the_old_platform():
    """Row 2 and the platform's `available: true` on a run without an epoch."""
    document, findings = read('{"available": true, "epochs": [], "loss": {}}')
    assert document.available is False
    assert document.status is None
    assert findings == [
        "schema_version: absent, read as a file of before 1.0",
        "available: True with no epochs, read as False",
    ]


def histogram(edges, counts, **stats):
    tower = {"histogram": {"bin_edges": edges, "counts": counts}} | stats
    return HEAD + f'"epochs": [0, 1], "weight_stats": {{"q": {json.dumps(tower)}}}}}'


@pytest.mark.parametrize(
    ("edges", "counts", "kinds"),
    [
        ([0, 1, 2], [[1, 2]], [("weight_stats.q.histogram", None, "unknown_epochs")]),
        ([0, 2, 1], [[1, 2]] * 2, [("weight_stats.q.histogram", None, "unknown_bins")]),
        ([0, 1, 2], [[1], [1, 2]], [("weight_stats.q.histogram", 0, "unknown_bins")]),
        ([0, 1, 2], [[1, -2], None], [("weight_stats.q.histogram", 0, "not_a_count")]),
        ([0, 1, 2], [[1.5, 2], None], [("weight_stats.q.histogram", 0, "not_a_count")]),
        ([0, 1, 2], [[1.0, 2], None], []),
    ],
)
def test_a_histogram_of_unknown_bins_or_epochs_is_kept_but_not_drawn(
    edges, counts, kinds
):
    document, _ = read(histogram(edges, counts))
    assert anomalies(document) == kinds


def test_clipped_histograms_are_said_to_be():
    """Rows 3 and 4: edges of the first epoch, or fixed at one, for all epochs."""
    document, findings = read(
        histogram([-1, 0, 1], [[2, 2], [2, 2]], min=[-0.5, -3], max=[0.5, 0.5])
    )
    assert anomalies(document) == [("weight_stats.q.histogram", 1, "clipped")]
    assert findings == [
        "weight_stats.q.histogram: 1 epochs reach beyond the edges, first 1, "
        "marked as clipped"
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", r"f.json: \$: empty \(0 bytes\)"),
        (b" \n", "empty"),
        (b"[1]", "a JSON list, not an object"),
        (EXAMPLE[:700], "line 25 column .*: the text ends inside the document"),
        (EXAMPLE + EXAMPLE, "more follows after the document; keep one"),
        (gzip.compress(EXAMPLE)[:-20], "gzip ends early|broken gzip"),
        (b"\x1f\x8b" + EXAMPLE, "broken gzip"),
        (b'{"a": "\xff"}', "byte 7: not utf-8"),
        (b'{"epochs": [], "epochs": [1]}', "epochs: the key is there twice"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "a: nested deeper than 32"),
        (b'{"epochs": [' + b"1" * 5000 + b"]}", "Exceeds the limit .* digits"),
        (b'{"epochs": [0.5]}', r"epochs\[0\]: 0.5 is no epoch; write an integer"),
        (b'{"epochs": [null]}', r"epochs\[0\]: None is no epoch"),
        (b'{"epochs": {}}', "epochs: not a list"),
        (
            b'{"schema_version": "2.0"}',
            "'2.0' received, this reader knows 1.x; use a newer",
        ),
        (b'{"status": "fine"}', "status: Input should be 'running', 'completed'"),
        (b'{"loss": [1]}', "loss: Input should be a valid dictionary"),
        (b'{"loss": {"a": {"b": 1}}}', "loss.a: Input should be a valid list"),
        (b'{"params": {"a": "' + b"x" * 70_000 + b'"}}', "a text of 70000 characters"),
        (
            b'{"a": [' + b"[]," * 1_000_001 + b"1]}",
            "1000003 lists and objects, at most",
        ),
        (b'{"a": 1,}', "line 1 column 9"),
        (b'{"": 1, "": 2}', "f.json: '': the key is there twice with different"),
        (b'{" ": "' + b"x" * 70_000 + b'"}', "f.json: ' ': a text of 70000 characters"),
        (
            b'{"' + b"y" * 5000 + b'": 1, "' + b"y" * 5000 + b'": 2}',
            "f.json: y{200}: the key is there twice",
        ),
    ],
)
def test_the_rest_is_refused_in_one_line_with_place_and_remedy(data, text):
    with pytest.raises(DocumentRefused, match=text) as caught:
        from_bytes(data, "f.json")
    assert "\n" not in str(caught.value)
    assert caught.value.file == "f.json" and caught.value.place and caught.value.remedy


def test_a_gzip_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(limits.BYTES_MAX * 4))
    with pytest.raises(DocumentRefused, match="larger than 67108864 bytes"):
        from_bytes(bomb, "f.json")


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "f.json"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(DocumentRefused, match="larger than 67108864 bytes"):
        read_document(str(path))


def test_all_problems_of_the_model_are_told_together():
    text = HEAD + '"loss": 1, "gradient": 2, "params": 3}'
    with pytest.raises(DocumentRefused, match=r"@ loss; .* @ gradient; .* @ params"):
        from_bytes(text.encode(), "f.json")


def test_half_characters_and_nuls_are_replaced_and_told():
    document, findings = read(HEAD + r'"params": {"a\u0000": "b\ud800"}}')
    assert document.params == {"a\ufffd": "b\ufffd"}
    assert len([f for f in findings if "U+FFFD" in f]) == 2


def test_a_newer_minor_version_is_read_and_its_keys_kept():
    document, findings = read('{"schema_version": "1.7", "epochs": [], "new": 1}')
    assert findings == []
    assert document.model_extra == {"new": 1}
    assert document.schema_version == "1.7"


def test_nothing_there(tmp_path):
    with pytest.raises(DocumentNotFound, match="no document here; check the path"):
        read_document(str(tmp_path / "f.json"))


def test_unknown_keys_keep_their_order():
    """So that the same document gives the same bytes in every process."""
    raw = {"schema_version": "1.0", "epochs": []} | {f"key {i}": i for i in range(50)}
    document, findings = read(json.dumps(raw))
    assert findings == []
    assert list(json.loads(to_bytes(document)))[-50:] == [f"key {i}" for i in range(50)]
