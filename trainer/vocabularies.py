"""Buyers and products of the train split as integers, and tables of their features.

Index 0 stands for what train does not know; real values begin at 1. `B` and `P`
are the numbers of train buyers and products, `W` the words of a description.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from trainer import features
from trainer.encodings import Encoding, HashBins, Vocabulary
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
    hash_bins: Mapping[str, int] = field(default_factory=dict)
    """Text features that are hashed, and into how many bins each."""

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

    def buyer_encoding(self, name: str) -> Encoding | None:
        """How a text feature of buyers is encoded; None where train lacks it."""
        if name not in self.buyers.column_names:
            return None
        return self._encoding(name, self.buyers.column(name).to_pylist())

    def buyer_codes(self, name: str, encoding: Encoding) -> np.ndarray:
        """[B + 1] int32 each buyer's latest value of a text feature, 0 for none."""
        return _with_unknown(encoding.codes(self.buyers.column(name).to_pylist()))

    def product_features(self) -> dict[str, tuple[np.ndarray, Encoding]]:
        """Features of products that stand in tables, as far as the data has them.

        Returns:
          Name to ([P + 1] or [P + 1, W] int32 rows, 0 for no value; the encoding).
        """
        names = self.products.column_names
        made: dict[str, tuple[np.ndarray, Encoding]] = {}
        if "category" in names:
            categories = self.products.column("category").to_pylist()
            if encoding := self._encoding("category", categories):
                made["category"] = _with_unknown(encoding.codes(categories)), encoding
        if "price" in names:
            made["price_band"] = _price_bands(self.products.column("price").to_numpy())
        if "description" in names:
            words = _words(self.products.column("description").to_pylist())
            if encoding := self._encoding("words", _of_several_products(words)):
                made["words"] = _word_codes(words, encoding), encoding
        return made

    def product_numbers(self) -> dict[str, np.ndarray]:
        """Name to [P + 1] float32 numbers of mean 0 and deviation 1; 0 is no value."""
        if "price" not in self.products.column_names:
            return {}
        return {"price": _standard_logarithms(self.products.column("price").to_numpy())}

    def _encoding(self, name: str, texts: Iterable[str]) -> Encoding | None:
        values = sorted(set(texts) - {""})
        if not values:
            return None
        bins = self.hash_bins.get(name)
        return Vocabulary(values) if bins is None else HashBins(bins)

    def values(self) -> dict[str, list[str]]:
        """What the rows of every feature's table stand for, from row 1 on."""
        products = {
            name: encoding.values
            for name, (_, encoding) in self.product_features().items()
        }
        buyers = {
            name: encoding.values
            for name in features.BUYER_TEXT
            if (encoding := self.buyer_encoding(name))
        }
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


def _with_unknown(codes: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(codes[:1]), codes])


def _price_bands(prices: np.ndarray) -> tuple[np.ndarray, Vocabulary]:
    """Bands with equally many products each."""
    quantiles = np.quantile(prices, np.linspace(0, 1, PRICE_BANDS + 1)[1:-1])
    bands = np.searchsorted(np.unique(quantiles), prices, side="right") + 1
    names = Vocabulary([str(band) for band in range(1, PRICE_BANDS + 1)])
    return _with_unknown(bands.astype(np.int32)), names


def _standard_logarithms(values: np.ndarray) -> np.ndarray:
    """[n + 1] float32; 0 where a value is not above zero, and if all are alike."""
    made = np.zeros(len(values) + 1, np.float32)
    usable = np.isfinite(values) & (values > 0)
    logarithms = np.log(values[usable].astype(np.float64))
    # Alike, and not of deviation 0: rounding leaves them one of 1e-17.
    if len(np.unique(logarithms)) > 1:
        distances = logarithms - logarithms.mean()
        made[1:][usable] = distances / logarithms.std()
    return made


def _words(descriptions: list[str]) -> list[list[str]]:
    """Distinct lower-case words of each description, in their order."""
    return [list(dict.fromkeys(_WORD.findall(text.lower()))) for text in descriptions]


def _of_several_products(words: list[list[str]]) -> list[str]:
    counts = Counter(word for text in words for word in text)
    return [word for word, n in counts.items() if n >= MIN_PRODUCTS_A_WORD]


def _word_codes(words: list[list[str]], encoding: Encoding) -> np.ndarray:
    """[n + 1, W] int32 of the first words that have a row, 0 padded."""
    codes = encoding.codes([word for text in words for word in text])
    ends = np.cumsum([len(text) for text in words])
    made = np.zeros((len(words) + 1, WORDS_A_DESCRIPTION), np.int32)
    for row, text in enumerate(np.split(codes, ends[:-1]), start=1):
        known = text[text > 0][:WORDS_A_DESCRIPTION]
        made[row, : len(known)] = known
    return made
