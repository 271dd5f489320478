"""Whether the bucket of a submission exists, asked before anything is made."""

from pipelines.errors import TracklessError

REQUEST_TIMEOUT_SECONDS = 30.0


def require_bucket(uri: str) -> None:
    """Lists one object below `uri` and refuses a bucket that does not exist.

    Somebody who may submit need not be allowed to list, nor have Google credentials at
    all on a KFP cluster; the steps have their own, so neither is an obstacle here.

    Args:
        uri: `gs://bucket/folder`.

    Raises:
        TracklessError: There is no such bucket, or nobody answered.
    """
    from google.api_core import exceptions
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
    from google.cloud import storage

    bucket, _, prefix = uri.removeprefix("gs://").partition("/")
    try:
        client = storage.Client()
        found = client.list_blobs(
            bucket,
            prefix=prefix,
            max_results=1,
            retry=None,
            timeout=REQUEST_TIMEOUT_SECONDS,
        )
        list(found)
    except (DefaultCredentialsError, exceptions.Forbidden, exceptions.Unauthorized):
        return
    except exceptions.NotFound as error:
        raise TracklessError(
            f"gs://{bucket} does not exist; make it with `gcloud storage buckets "
            f"create gs://{bucket}`, or give another --bucket."
        ) from error
    except (exceptions.GoogleAPIError, GoogleAuthError, OSError) as error:
        said = getattr(error, "code", None) or type(error).__name__
        raise TracklessError(
            f"gs://{bucket}: Cloud Storage answered {said}. Nothing was submitted; "
            "submit again."
        ) from error
