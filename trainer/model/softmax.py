"""In-batch softmax: each example's negatives are the others' products.

The same number as `tfrs.tasks.Retrieval`, which needs autograph (ten seconds of
tracing) and one-hot labels (a third more time a step), and takes no scores but its
own dot product; a test holds the two equal.
Source: https://github.com/tensorflow/recommenders tasks/retrieval.py, layers/loss.py
"""

import tensorflow as tf

MIN_PROBABILITY = 1e-6
MASKED = float(tf.float32.min) / 100


def in_batch_softmax(
    logits: tf.Tensor,
    products: tf.Tensor,
    probability: tf.Tensor | None,
    remove_accidental_hits: bool,
) -> tf.Tensor:
    """Cross-entropy of each query's own candidate among the batch's candidates.

    Args:
      logits: [n, n] float32; row i's own candidate is column i.
      products: [n] ids of the candidates.
      probability: [n] how likely each candidate is to be sampled into a batch; its
        logarithm is subtracted, so that frequent products are not punished for
        being frequent negatives. None corrects nothing.
      remove_accidental_hits: Mask other rows of the same product.

    Returns:
      [n] float32.
    """
    if probability is not None:
        logits -= tf.math.log(tf.clip_by_value(probability, MIN_PROBABILITY, 1.0))
    rows = tf.range(tf.shape(logits)[0])
    if remove_accidental_hits:
        same = products[:, tf.newaxis] == products[tf.newaxis]
        hit = same & (rows[:, tf.newaxis] != rows[tf.newaxis])
        logits = tf.where(hit, tf.constant(MASKED, logits.dtype), logits)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(rows, logits)
