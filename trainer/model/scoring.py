"""How a query and a product are scored: a dot product, and what was bought before.

Both towers give [n, D + 2]. The first D + 1 columns meet in a dot product: D of
embedding, one for the product's bias. The last is how strongly the buyer, or the
product, tends to be bought again; the two are added where the query's history holds
the product. A wholesaler's buyers reorder, and no embedding of a few dozen columns
can say exactly which of thousands of products were bought.

It is still one inner product, with a one-hot column a product beside the dense ones.
Whoever serves with an approximate index searches the dense part and adds the few
products of the history exactly.
"""

import tensorflow as tf


def scores(
    queries: tf.Tensor, candidates: tf.Tensor, bought: tf.Tensor | None
) -> tf.Tensor:
    """Scores each query against each candidate.

    Args:
      queries: […, n, D + 2].
      candidates: […, m, D + 2].
      bought: […, n, m], 1 where the query's history holds the candidate, else 0; None
        leaves the history out.

    Returns:
      […, n, m] float32.
    """
    dense = tf.matmul(queries[..., :-1], candidates[..., :-1], transpose_b=True)
    dense = tf.cast(dense, tf.float32)
    if bought is None:
        return dense
    again = queries[..., -1:] + tf.linalg.matrix_transpose(candidates[..., -1:])
    return dense + bought * tf.cast(again, tf.float32)


def bought_in_catalogue(history: tf.Tensor, candidates: int) -> tf.Tensor:
    """[n, P] for [n, H] past products and candidates 1 … P; 0 in a history is none."""
    return _marks(history, candidates)[:, 1:]


def bought_in_batch(
    history: tf.Tensor, products: tf.Tensor, candidates: int
) -> tf.Tensor:
    """[n, n] whether row i's history holds row j's product.

    Costs n × n and not n × P: each product of the batch is stood for by the last
    row that has it, and a history is marked in the columns of those rows.

    Args:
      history: [n, H] int32 past products, 0 for none.
      products: [n] int32.
      candidates: `P`.
    """
    count = tf.shape(products)[0]
    row_of = tf.tensor_scatter_nd_max(
        tf.zeros([candidates + 1], tf.int32),
        products[:, tf.newaxis],
        tf.range(1, count + 1),
    )
    # "No product" must not stand for a row whose product is unknown.
    row_of = tf.tensor_scatter_nd_update(row_of, [[0]], [0])
    marks = _marks(tf.gather(row_of, history), count)
    return tf.gather(marks, tf.gather(row_of, products), axis=1)


def _marks(columns: tf.Tensor, last: int | tf.Tensor) -> tf.Tensor:
    """[n, last + 1] with 1 at each of [n, H] columns, and 0 in column 0."""
    count = tf.shape(columns)[0]
    rows = tf.broadcast_to(tf.range(count)[:, tf.newaxis], tf.shape(columns))
    return tf.tensor_scatter_nd_max(
        tf.zeros(tf.stack([count, last + 1])),
        tf.stack([rows, columns], axis=-1),
        tf.cast(columns > 0, tf.float32),
    )
