"""Telling Django that a run's document is there: one POST, with retries.

A notification that does not arrive never fails a run that trained: the outcome is
returned and said, and Django's reconciler finds the run without it.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from components.credentials import Credential, NoCredential
from training_metrics.notification import Notification

ATTEMPTS = 6
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 20.0
REQUEST_TIMEOUT_SECONDS = 30.0

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Delivery:
    """What became of a notification.

    Attributes:
        delivered: True when Django answered 200.
        attempts_count: How often it was sent.
        message: One sentence for the log.
    """

    delivered: bool
    attempts_count: int
    message: str


def deliver(
    notification: Notification,
    django_url: str,
    credential: Credential,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Sends one notification, with backoff and jitter, and says what became of it.

    Retried: connection errors and 408, 425, 429 and 5xx. Every attempt is proven anew.

    Args:
        notification: What to tell.
        django_url: The app's address, with its prefix: `https://host/experiments`.
        credential: Proves who sends.
        sleep: Waits that many seconds; a test passes its own.
    """
    url = (
        f"{django_url.rstrip('/')}/api/quick-tests/"
        f"{notification.quick_test_id}/training-metrics/"
    )
    body = notification.model_dump_json(exclude_none=True).encode()
    said = ""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status, said = post(url, body, credential)
        except NoCredential as error:
            return Delivery(False, attempt - 1, f"not sent: {error}")
        if status == 200:
            return Delivery(True, attempt, f"delivered to {url}")
        if status and status not in _RETRIED:
            return Delivery(
                False, attempt, f"refused by {url}: HTTP {status} {said[:200]}"
            )
        if attempt < ATTEMPTS:
            longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            sleep(longest * random.uniform(0.5, 1.0))
    return Delivery(
        False, ATTEMPTS, f"not delivered to {url} in {ATTEMPTS} attempts: {said[:200]}"
    )


def post(url: str, body: bytes, credential: Credential) -> tuple[int, str]:
    """One attempt: the HTTP status, 0 when nobody answered, and the answer.

    Raises:
        NoCredential: There is no proof to send with it.
    """
    headers = {"Content-Type": "application/json", **credential.headers(body)}
    try:
        answer = requests.post(
            url,
            data=body,
            headers=headers,
            timeout=REQUEST_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return 0, type(error).__name__
    return answer.status_code, answer.text
