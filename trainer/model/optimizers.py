"""Optimizers by name."""

import tensorflow as tf

from trainer.parameters import Parameters


def make(parameters: Parameters) -> tf.keras.optimizers.Optimizer:
    """The optimizer that the parameters name."""
    kinds = {
        "adagrad": tf.keras.optimizers.Adagrad,
        "adam": tf.keras.optimizers.Adam,
        "sgd": tf.keras.optimizers.SGD,
    }
    return kinds[parameters.optimizer](learning_rate=parameters.learning_rate)
