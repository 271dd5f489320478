"""The contract's command line: validate, show, schema, recover, upload.

Exit codes: 0 fine, 1 readable but with findings, 2 refused or failed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from training_metrics import limits
from training_metrics.document import TrainingMetrics
from training_metrics.errors import TrainingMetricsError
from training_metrics.findings import Finding
from training_metrics.journal import document_of, replay
from training_metrics.publish import publish
from training_metrics.reading import read_document
from training_metrics.schema import schema_text
from training_metrics.writing import to_bytes

FINE, FINDINGS, REFUSED = 0, 1, 2

_EPILOG = f"""\
PATH is a local path, gs://bucket/name or /gcs/bucket/name.

exit codes: 0 fine; 1 readable but with findings, each a line on what was wrong and
what was done; 2 refused or failed, one line with file, place and remedy.

limits: {limits.BYTES_MAX} bytes (also after decompression), {limits.DEPTH_MAX} levels,
{limits.CONTAINERS_MAX} lists and objects, {limits.QUOTES_MAX} quotation marks,
{limits.STRING_CHARACTERS_MAX} characters a text.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except TrainingMetricsError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read our output has left; nothing to tell and nobody to tell it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training_metrics",
        description="Check, show, recover and upload training_metrics.json.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=run)
        return command

    validate = add("validate", _validate, "say what is wrong with documents")
    validate.add_argument("paths", metavar="PATH", nargs="+")
    validate.add_argument("--json", action="store_true", help="one object on stdout")
    show = add("show", _show, "print the canonical document, findings on stderr")
    show.add_argument("path", metavar="PATH")
    add("schema", _schema, "print the JSON Schema")
    recover = add("recover", _recover, "print the document that a journal holds")
    recover.add_argument("path", metavar="JOURNAL")
    upload = add("upload", _upload, "put a kept document where it belongs")
    upload.add_argument("path", metavar="PATH")
    upload.add_argument("uri", metavar="URI", help="where it belongs")
    return parser


def _validate(options: argparse.Namespace) -> int:
    reports = [_report(path) for path in options.paths]
    if options.json:
        print(json.dumps({"documents": reports}, indent=1))
    else:
        for report in reports:
            _print_report(report)
    return max(report["exit_code"] for report in reports)


def _report(path: str) -> dict[str, Any]:
    try:
        result = read_document(path)
    except TrainingMetricsError as error:
        return {"file": path, "exit_code": REFUSED, "refused": str(error)}
    return {
        "file": path,
        "exit_code": FINDINGS if result.findings else FINE,
        "findings": [finding._asdict() for finding in result.findings],
        "epochs": len(result.document.epochs),
        "status": result.document.status,
        "sha256": result.sha256,
        "generation": result.generation,
    }


def _print_report(report: dict[str, Any]) -> None:
    if "refused" in report:
        print(report["refused"], file=sys.stderr)
        return
    for finding in report["findings"]:
        print(f"{report['file']}: {Finding(**finding)}")
    if not report["findings"]:
        print(f"{report['file']}: valid, {report['epochs']} epochs")


def _show(options: argparse.Namespace) -> int:
    result = read_document(options.path)
    return _print_document(result.document, result.findings, options.path)


def _schema(options: argparse.Namespace) -> int:
    print(schema_text(), end="")
    return FINE


def _recover(options: argparse.Namespace) -> int:
    state, findings = replay(options.path)
    document, repaired = document_of(state, options.path)
    return _print_document(document, findings + repaired, options.path)


def _upload(options: argparse.Namespace) -> int:
    document = read_document(options.path).document
    saved = publish(document, options.uri)
    print(f"{saved.uri}: generation {saved.generation}, sha256 {saved.sha256}")
    return FINE


def _print_document(
    document: TrainingMetrics, findings: list[Finding], path: str
) -> int:
    sys.stdout.buffer.write(to_bytes(document))
    sys.stdout.buffer.flush()
    for finding in findings:
        print(f"{path}: {finding}", file=sys.stderr)
    return FINDINGS if findings else FINE
