"""Names shared by the examples that `prepare` writes and the model that reads them.

An example is one line of an invoice. `P` is the number of train products.
"""

BUYER = "buyer"
PRODUCT = "product"
AT = "at"
WEIGHT = "weight"
HISTORY = "history"
LABEL = "label"
"""What a rating head predicts, as `trainer.labels` transforms it."""
REPEAT = "repeat"
"""Whether a query's history holds the candidate."""

BUYER_TEXT = ("country", "segment")
"""Features of an example that describe its buyer, one text each."""

LINE_NUMBERS = ("quantity", "price", "rating")

VOCABULARIES = "vocabularies"
BUYERS_FILE = "buyers.parquet"
PRODUCTS_FILE = "products.parquet"
DATASET_FILE = "dataset.json"


def split_folder(split: str) -> str:
    """TFX's folder name of a split."""
    return f"Split-{split}"
