"""How often an address may call, and how often it may be refused.

Counts live in Django's cache, in windows of a minute. With the cache that is usual,
each process counts for itself; a shared one makes the limits exact.
"""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from ml_platform.experiments.errors import TooManyRequests

CALLS_PER_MINUTE = 6000
REFUSALS_PER_MINUTE = 60
_WINDOW_SECONDS = 60


def call_counted(request: HttpRequest) -> None:
    """Counts a call.

    Raises:
        TooManyRequests: The address is over its calls, or over its refusals.
    """
    calls = getattr(settings, "TRACKLESS_CALLS_PER_MINUTE", CALLS_PER_MINUTE)
    if _incremented("calls", request) > calls or _refused_too_often(request):
        raise TooManyRequests("too many calls from this address; wait a minute")


def refusal_counted(request: HttpRequest) -> None:
    """Counts a refusal: whoever guesses is soon not listened to any more."""
    _incremented("refusals", request)


def _refused_too_often(request: HttpRequest) -> bool:
    most = getattr(settings, "TRACKLESS_REFUSALS_PER_MINUTE", REFUSALS_PER_MINUTE)
    return int(cache.get(_key("refusals", request), 0)) >= most


def _incremented(what: str, request: HttpRequest) -> int:
    key = _key(what, request)
    cache.add(key, 0, timeout=2 * _WINDOW_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:
        # The window's entry was dropped between the two calls: this one is the first.
        cache.set(key, 1, timeout=2 * _WINDOW_SECONDS)
        return 1


def _key(what: str, request: HttpRequest) -> str:
    window = int(time.time()) // _WINDOW_SECONDS
    return f"trackless:{what}:{request.META.get('REMOTE_ADDR', '')}:{window}"
