"""Lets observers see the gradients that reach an optimizer, inside the step.

The optimizer's `apply_gradients` is wrapped: gradients pass through as they are.
Observers see them unscaled and before the optimizer clips them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Pairs = Sequence[tuple[Any, Any]]
Observer = Callable[[Pairs, Any], None]
"""Called while the step is traced with its (gradient, variable) pairs, without those
that have no gradient, and the optimizer."""


def observe(model: Any, observer: Observer) -> Callable[[], None]:
    """Adds an observer to a compiled model.

    The model's train function is dropped, so that the next one is traced with the
    observer inside; call it before Keras makes that function, as `set_model` does.

    Returns:
      A function that takes the observer away again.
    """
    optimizer = model.optimizer
    original = optimizer.apply_gradients
    # Observers have no Python control flow on tensors for autograph to convert.
    observer = tf.autograph.experimental.do_not_convert(observer)

    def apply_gradients(pairs: Any, *args: Any, **kwargs: Any) -> Any:
        pairs = list(pairs)
        observer([pair for pair in pairs if pair[0] is not None], optimizer)
        return original(pairs, *args, **kwargs)

    def release() -> None:
        # Taken away in any order: one that others have wrapped goes quiet instead.
        nonlocal observer
        observer = _ignore
        if optimizer.apply_gradients is apply_gradients:
            optimizer.apply_gradients = original
        model.train_function = None

    optimizer.apply_gradients = apply_gradients
    model.train_function = None
    return release


def _ignore(pairs: Pairs, optimizer: Any) -> None:
    """Observes nothing."""
