"""Lets observers see the gradients that reach an optimizer, inside the step.

The optimizer's `apply_gradients` is wrapped: gradients pass through as they are.
Observers see what they amount to: summed over the replicas, without the scale that
guards float16 from underflow, before the optimizer clips them. A step that dynamic
loss scaling throws away, because its scaled gradients overflowed, is not shown.
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
    observers = getattr(optimizer.apply_gradients, "observers", None)
    if observers is None:
        observers = _wrap(optimizer)
    # Observers have no Python control flow on tensors for autograph to convert.
    observer = tf.autograph.experimental.do_not_convert(observer)
    observers.append(observer)
    model.train_function = None

    def release() -> None:
        observers.remove(observer)
        if not observers:
            _unwrap(optimizer, observers)
        model.train_function = None

    return release


def variable(value: tf.Tensor) -> tf.Variable:
    """A variable for an observer to add to: on each replica its own, all alike."""
    return tf.Variable(
        value,
        trainable=False,
        synchronization=tf.VariableSynchronization.ON_READ,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
    )


def _wrap(optimizer: Any) -> list[Observer]:
    original = optimizer.apply_gradients
    observers: list[Observer] = []
    show = tf.autograph.experimental.do_not_convert(_show)

    def apply_gradients(pairs: Any, *args: Any, **kwargs: Any) -> Any:
        pairs = list(pairs)
        show(pairs, optimizer, observers)
        return original(pairs, *args, **kwargs)

    apply_gradients.observers = observers  # type: ignore[attr-defined]
    apply_gradients.original = original  # type: ignore[attr-defined]
    optimizer.apply_gradients = apply_gradients
    return observers


def _unwrap(optimizer: Any, observers: list[Observer]) -> None:
    """Gives the optimizer back, unless somebody has wrapped it once more."""
    current = optimizer.apply_gradients
    if getattr(current, "observers", None) is observers:
        optimizer.apply_gradients = current.original


def _show(pairs: Pairs, optimizer: Any, observers: Sequence[Observer]) -> None:
    variables = [variable for gradient, variable in pairs if gradient is not None]
    gradients = [gradient for gradient, _ in pairs if gradient is not None]
    gradients = _unscaled(_reduced(gradients), optimizer)

    def show() -> None:
        for observer in observers:
            observer(list(zip(gradients, variables, strict=True)), optimizer)

    if _drops_overflows(optimizer):
        tf.cond(_all_finite(gradients), show, lambda: None)
    else:
        show()


def _reduced(gradients: list[Any]) -> list[Any]:
    """The sums over replicas, which the optimizer steps on."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return gradients
    return replica.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _unscaled(gradients: list[Any], optimizer: Any) -> list[Any]:
    """Without Keras 3's loss scale; tf_keras takes its own out before."""
    if not hasattr(optimizer, "scale_loss"):
        return gradients
    one = tf.constant(1.0)
    scale = optimizer.scale_loss(one)
    if scale is one:
        return gradients
    return [_divided(g, tf.convert_to_tensor(scale)) for g in gradients]


def _divided(gradient: Any, scale: tf.Tensor) -> Any:
    if isinstance(gradient, tf.IndexedSlices):
        values = tf.cast(gradient.values, scale.dtype) / scale
        return tf.IndexedSlices(values, gradient.indices, gradient.dense_shape)
    return tf.cast(gradient, scale.dtype) / scale


def _drops_overflows(optimizer: Any) -> bool:
    """Whether it scales the loss dynamically: `dynamic` in tf_keras."""
    return getattr(optimizer, "dynamic", False) or hasattr(optimizer, "dynamic_scale")


def _all_finite(gradients: Sequence[Any]) -> tf.Tensor:
    values = [g.values if isinstance(g, tf.IndexedSlices) else g for g in gradients]
    return tf.reduce_all(
        tf.stack([tf.reduce_all(tf.math.is_finite(v)) for v in values])
    )
