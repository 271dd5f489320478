"""The kinds of resources, in the order of their removal: settings first, data last.

Each module has the same functions: `find` makes resources of what the project holds,
`look` gives one as it is now (None where it is gone), `remove` asks for its removal and
returns the operation that does it, `""` where it is done at once.
"""

from types import ModuleType

from ml_platform.mlflow_exit.teardown.kinds import (
    accounts,
    bindings,
    buckets,
    instances,
    secrets,
    services,
    setting,
    triggers,
)

ORDER: dict[str, ModuleType] = {
    "setting": setting,
    "trigger": triggers,
    "service": services,
    "secret": secrets,
    "binding": bindings,
    "account": accounts,
    "instance": instances,
    "bucket": buckets,
}
# These go whether or not the server does; all others serve it, and stay with it.
BEFORE_THE_SERVICE = ("setting", "trigger", "service")
