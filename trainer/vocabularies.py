"""Buyers and products of the train split as integers and tables of integers.

Index 0 stands for what train does not know; real values begin at 1. `B` and `P`
are the numbers of train buyers and products, `W` the words of a description.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from trainer import features
from trainer.errors import DataError

WORDS_A_DESCRIPTION = 12
PRICE_BANDS = 16
MIN_PRODUCTS_A_WORD = 2

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Vocabularies:
    """What train knows of buyers and products, most frequent first."""

    buyers: pa.Table
    products: pa.Table

    @cached_property
    def buyer_names(self) -> list[str]:
        """[B] the buyer with index i + 1."""
        return self.buyers.column(features.BUYER).to_pylist()

    @cached_property
    def product_names(self) -> list[str]:
        """[P] the product with index i + 1."""
        return self.products.column(features.PRODUCT).to_pylist()

    @cached_property
    def product_counts(self) -> np.ndarray:
        """[P + 1] int64 train lines of each product; 0 for the unknown one."""
        return np.append(0, self.products.column("count").to_numpy())

    def buyer_texts(self, name: str) -> list[str]:
        """Distinct values of a buyer's text feature, sorted; empty if absent."""
        return _distinct(self.buyers, name)

    def buyer_codes(self, name: str) -> np.ndarray:
        """[B + 1] int32 each buyer's latest value of a text feature, 0 for none."""
        codes, _ = _indices(self.buyers.column(name).to_pylist())
        return codes

    def product_features(self) -> dict[str, tuple[np.ndarray, list[str]]]:
        """Integer features of products that the data has.

        Returns:
          Name to ([P + 1] or [P + 1, W] int32, values from 1 on); 0 is no value.
        """
        names = self.products.column_names
        made = {}
        if "category" in names:
            made["category"] = _indices(self.products.column("category").to_pylist())
        if "price" in names:
            made["price_band"] = _price_bands(self.products.column("price").to_numpy())
        if "description" in names:
            made["words"] = _words(self.products.column("description").to_pylist())
        return made

    def values(self) -> dict[str, list[str]]:
        """Every feature's values; the one at i has index i + 1."""
        products = {name: known for name, (_, known) in self.product_features().items()}
        buyers = {name: self.buyer_texts(name) for name in features.BUYER_TEXT}
        ids = {features.BUYER: self.buyer_names, features.PRODUCT: self.product_names}
        return {**products, **buyers, **ids}

    def histories(self, length: int) -> np.ndarray:
        """[B + 1, length] int32 latest train products of each buyer, 0 padded."""
        index = {name: i for i, name in enumerate(self.product_names, start=1)}
        made = np.zeros((len(self.buyers) + 1, length), np.int32)
        rows = self.buyers.column(features.HISTORY).to_pylist()
        for row, names in enumerate(rows, start=1):
            codes = [index[name] for name in names[:length]]
            made[row, : len(codes)] = codes
        return made


def load(folder: Path) -> Vocabularies:
    """Reads the vocabularies that `prepare` wrote below a folder of examples.

    Raises:
      DataError: They are missing, unreadable or empty.
    """
    tables = []
    for name in (features.BUYERS_FILE, features.PRODUCTS_FILE):
        file = folder / features.VOCABULARIES / name
        try:
            tables.append(pa.parquet.read_table(file))
        except (OSError, pa.ArrowException) as error:
            raise DataError(
                f"{file}: cannot be read; give a folder that "
                "`python -m trainer prepare` made."
            ) from error
    buyers, products = tables
    if not len(buyers) or len(products) < 2:
        raise DataError(
            f"{folder}: train has {len(buyers)} buyers and {len(products)} products; "
            "a retrieval model needs at least one buyer and two products."
        )
    return Vocabularies(buyers, products)


def _distinct(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return []
    return sorted(set(table.column(name).to_pylist()) - {""})


def _indices(values: list[str]) -> tuple[np.ndarray, list[str]]:
    names = sorted(set(values) - {""})
    index = {"": 0} | {name: i for i, name in enumerate(names, start=1)}
    return np.array([0, *(index[value] for value in values)], np.int32), names


def _price_bands(prices: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Bands with equally many products each."""
    quantiles = np.quantile(prices, np.linspace(0, 1, PRICE_BANDS + 1)[1:-1])
    bands = np.searchsorted(np.unique(quantiles), prices, side="right") + 1
    names = [str(band) for band in range(1, PRICE_BANDS + 1)]
    return np.append(0, bands).astype(np.int32), names


def _words(descriptions: list[str]) -> tuple[np.ndarray, list[str]]:
    """Lower-case words that more than one product has, in their order."""
    texts = [list(dict.fromkeys(_WORD.findall(text.lower()))) for text in descriptions]
    counts = Counter(word for text in texts for word in text)
    known = sorted(word for word, n in counts.items() if n >= MIN_PRODUCTS_A_WORD)
    index = {word: i for i, word in enumerate(known, start=1)}
    made = np.zeros((len(descriptions) + 1, WORDS_A_DESCRIPTION), np.int32)
    for row, text in enumerate(texts, start=1):
        codes = [index[word] for word in text if word in index][:WORDS_A_DESCRIPTION]
        made[row, : len(codes)] = codes
    return made, known
