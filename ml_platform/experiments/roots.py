"""The allow-list of artifact roots: which places a document may be read from.

A place is compared part by part after normalising, so `gs://bucket-evil/…` is not
under `gs://bucket`, and `gs://bucket/runs-old` is not under `gs://bucket/runs`. Dots,
empty parts, encoded characters, queries and user names are refused rather than
repaired. A local place is compared after symbolic links are followed.
"""

import re
from pathlib import Path

from django.conf import settings

from ml_platform.experiments.errors import RootNotAllowed

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\%?#*@]")
_MAX_CHARACTERS = 1024


def place_allowed(place: str) -> str:
    """Returns the place, normalised, where it lies under an allowed root.

    Args:
        place: `gs://bucket/…`, `/gcs/bucket/…` or an absolute local folder.

    Raises:
        RootNotAllowed: It lies elsewhere, or is written in a way that is refused.
    """
    normal = _normalised(place)
    for root in settings.TRACKLESS_ARTIFACT_ROOTS:
        if _is_under(normal, _normalised(root)):
            return normal
    raise RootNotAllowed(
        f"artifacts_uri: {place[:200]!r} is under no allowed root; "
        "add its root to TRACKLESS_ARTIFACT_ROOT or write the run elsewhere"
    )


def file_allowed(place: str, name: str) -> str:
    """Returns the address of the file `name` in an allowed place.

    A local file that is a symbolic link is judged by where it leads.
    """
    normal = place_allowed(place)
    if normal.startswith("gs://"):
        return f"{normal}/{name}"
    return place_allowed(str((Path(normal) / name).resolve()))


def first_root() -> str:
    """Returns the root under which new runs are put, normalised."""
    return _normalised(settings.TRACKLESS_ARTIFACT_ROOTS[0])


def _normalised(place: str) -> str:
    if len(place) > _MAX_CHARACTERS or _FORBIDDEN.search(place):
        raise _refused(place, "it is too long or holds \\ % ? # * @ or a control")
    if place.startswith("/gcs/"):
        place = "gs://" + place.removeprefix("/gcs/")
    scheme, rest = ("gs://", place[5:]) if place.startswith("gs://") else ("", place)
    if not scheme and not place.startswith("/"):
        raise _refused(place, "it is neither gs://… nor an absolute folder")
    parts = rest.rstrip("/").split("/")
    if any(part in ("", ".", "..") for part in parts[0 if scheme else 1 :]):
        raise _refused(place, "it has an empty, '.' or '..' part")
    if scheme and not _BUCKET.fullmatch(parts[0]):
        raise _refused(place, "its bucket's name is not one")
    if scheme:
        return scheme + "/".join(parts)
    return str(Path(place).resolve())


def _is_under(place: str, root: str) -> bool:
    if place.startswith("gs://") != root.startswith("gs://"):
        return False
    own, roots = place.split("/"), root.rstrip("/").split("/")
    return own[: len(roots)] == roots


def _refused(place: str, why: str) -> RootNotAllowed:
    return RootNotAllowed(f"artifacts_uri: {place[:200]!r} refused: {why}; mend it")
