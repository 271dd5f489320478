"""Errors of the app. Each knows its code and HTTP status, so views need no table.

ExperimentsError
 ├─ RunNotFound            404 run_not_found
 ├─ RequestRefused         400 bad_request
 ├─ NotAuthenticated       401 not_authenticated
 ├─ NotPermitted           403 not_permitted
 ├─ RootNotAllowed         403 root_not_allowed
 ├─ AnotherDocument        409 another_document
 ├─ WrongState             409 wrong_state
 ├─ RemovalRefused         409 removal_refused
 ├─ DocumentPruned         410 document_pruned
 ├─ BodyTooLarge           413 body_too_large
 ├─ DocumentUnreadable     422 document_refused
 ├─ TooManyRequests        429 too_many_requests
 ├─ JobRefused             502 job_refused
 │   └─ TargetNotSetUp     409 target_not_set_up
 ├─ PlatformAway           503 platform_unavailable
 ├─ StoreAway              503 store_unavailable
 └─ DatabaseAway           503 database_unavailable
"""


class ExperimentsError(Exception):
    """Base of the app's errors: `code` for machines, the text for people."""

    code = "error"
    status = 500


class RunNotFound(ExperimentsError):
    """No run has this id, or the caller may not see it."""

    code, status = "run_not_found", 404


class RequestRefused(ExperimentsError):
    """The request's body or query cannot be understood."""

    code, status = "bad_request", 400


class NotAuthenticated(ExperimentsError):
    """The caller did not prove who it is."""

    code, status = "not_authenticated", 401


class NotPermitted(ExperimentsError):
    """The caller is known, but may only read."""

    code, status = "not_permitted", 403


class RootNotAllowed(ExperimentsError):
    """The place is outside every allowed artifact root."""

    code, status = "root_not_allowed", 403


class AnotherDocument(ExperimentsError):
    """The store holds another document than the one announced."""

    code, status = "another_document", 409


class WrongState(ExperimentsError):
    """The run is in no state for what was asked."""

    code, status = "wrong_state", 409


class RemovalRefused(ExperimentsError):
    """Removing it would lose what is kept nowhere else."""

    code, status = "removal_refused", 409


class DocumentPruned(ExperimentsError):
    """The document was deleted on purpose; the cache keeps the run's history."""

    code, status = "document_pruned", 410


class BodyTooLarge(ExperimentsError):
    """The body is over the limit; nothing of it was read."""

    code, status = "body_too_large", 413


class DocumentUnreadable(ExperimentsError):
    """The document is missing or refused; the text says which and why."""

    code, status = "document_refused", 422


class TooManyRequests(ExperimentsError):
    """The caller is over its rate."""

    code, status = "too_many_requests", 429


class JobRefused(ExperimentsError):
    """What runs pipelines refused; the text has its own words."""

    code, status = "job_refused", 502


class TargetNotSetUp(JobRefused):
    """This server starts no jobs on that target; the text says what to do instead."""

    code, status = "target_not_set_up", 409


class PlatformAway(ExperimentsError):
    """What runs pipelines did not answer; the caller should try again."""

    code, status = "platform_unavailable", 503


class StoreAway(ExperimentsError):
    """The artifact store did not answer; the caller should try again."""

    code, status = "store_unavailable", 503


class DatabaseAway(ExperimentsError):
    """The database did not answer, or hung up; the caller should try again."""

    code, status = "database_unavailable", 503
