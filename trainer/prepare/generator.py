"""A seeded wholesaler: B2B transactions with the structure that real ones have.

Buyers belong to segments with their own taste, products to categories with their
own season; buyers come back to what they bought; popularity is long-tailed; a
tenth of the products and buyers appear late, so that cold ones exist.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

START_SECONDS = 1_704_067_200
"""2024-01-01 00:00 UTC."""
DAYS = 365
LINES_AN_ORDER = 12
REPEAT_SHARE = 0.4
COLD_SHARE = 0.1

SEGMENTS = ("cafe", "hotel", "gift shop", "office", "school", "florist")
CATEGORIES = (
    "bag", "candle", "card", "clock", "cup", "cushion", "frame", "garland",
    "jar", "lamp", "mug", "napkin", "notebook", "ornament", "plate", "ribbon",
    "sign", "teapot", "towel", "tray",
)  # fmt: skip
ADJECTIVES = (
    "red", "white", "vintage", "retro", "striped", "spotty", "wooden", "glass",
    "small", "large", "heart", "christmas", "garden", "paper", "metal", "set of 6",
)  # fmt: skip


@dataclass(frozen=True)
class _Catalogue:
    category: np.ndarray
    description: np.ndarray
    price: np.ndarray
    weight: np.ndarray
    first_day: np.ndarray


def generate(seed: int, lines: int, buyers: int, products: int) -> pa.Table:
    """Transactions with our own column names, in time order.

    Args:
      seed: The same seed and sizes give the same table.
      lines: Invoice lines in all.
      buyers: Buyers, of which a few may never buy.
      products: Products, of which a few may never be sold.
    """
    rng = np.random.default_rng(seed)
    catalogue = _catalogue(rng, products)
    segment = rng.integers(len(SEGMENTS), size=buyers)
    order_buyer, order_second = _orders(rng, lines, buyers)
    taste = rng.dirichlet(np.full(len(CATEGORIES), 0.25), size=len(SEGMENTS))
    order, product = _baskets(
        rng, lines, order_buyer, order_second, taste[segment], catalogue
    )
    buyer = order_buyer[order]
    return pa.table(
        {
            "buyer": np.char.add("B", np.char.zfill(buyer.astype(str), 5)),
            "product": np.char.add("P", np.char.zfill(product.astype(str), 5)),
            "time": pa.array(order_second[order], pa.timestamp("s")),
            "quantity": rng.geometric(0.15, size=lines).astype(np.float64),
            "price": catalogue.price[product],
            "description": catalogue.description[product],
            "category": np.array(CATEGORIES)[catalogue.category[product]],
            "segment": np.array(SEGMENTS)[segment[buyer]],
        }
    )


def _catalogue(rng: np.random.Generator, products: int) -> _Catalogue:
    category = rng.integers(len(CATEGORIES), size=products)
    words = np.array(ADJECTIVES)[rng.integers(len(ADJECTIVES), size=(2, products))]
    names = np.char.add(np.char.add(words[0], " "), np.char.add(words[1], " "))
    late = rng.random(products) < COLD_SHARE
    return _Catalogue(
        category=category,
        description=np.char.add(names, np.array(CATEGORIES)[category]),
        price=np.round(rng.lognormal(1.0, 0.8, products), 2).clip(0.1),
        weight=1.0 / rng.permutation(np.arange(1, products + 1)) ** 0.5,
        first_day=np.where(late, rng.integers(DAYS // 2, DAYS, products), 0),
    )


def _orders(
    rng: np.random.Generator, lines: int, buyers: int
) -> tuple[np.ndarray, np.ndarray]:
    """Buyer and second of each order, in time order; more orders before Christmas."""
    count = max(lines // LINES_AN_ORDER, 1)
    activity = 1.0 / rng.permutation(np.arange(1, buyers + 1)) ** 0.5
    buyer = rng.choice(buyers, size=count, p=activity / activity.sum())
    day_weight = 1.0 + 0.8 * np.exp(-(((np.arange(DAYS) - 330) / 30.0) ** 2))
    day = rng.choice(DAYS, size=count, p=day_weight / day_weight.sum())
    late = rng.random(buyers) < COLD_SHARE
    moved = late[buyer] & (day < DAYS * 0.7)
    day = np.where(moved, DAYS - 1 - day // 3, day)
    second = START_SECONDS + day * 86_400 + rng.integers(8 * 60, 18 * 60, count) * 60
    order = np.argsort(second, kind="stable")
    return buyer[order], second[order]


def _baskets(
    rng: np.random.Generator,
    lines: int,
    order_buyer: np.ndarray,
    order_second: np.ndarray,
    taste: np.ndarray,
    catalogue: _Catalogue,
) -> tuple[np.ndarray, np.ndarray]:
    """The order and the product of each line."""
    order = np.sort(rng.integers(len(order_buyer), size=lines))
    sizes = np.bincount(order, minlength=len(order_buyer))
    peak = rng.integers(DAYS, size=len(CATEGORIES))
    bought: dict[int, list[int]] = {}
    product = []
    for buyer, second, size in zip(order_buyer, order_second, sizes, strict=True):
        day = (second - START_SECONDS) // 86_400
        season = 1.0 + np.cos(2 * np.pi * (day - peak) / DAYS)
        weight = (taste[buyer] * season)[catalogue.category] * catalogue.weight
        weight = np.where(catalogue.first_day <= day, weight, 0.0)
        fresh = rng.choice(len(weight), size=size, p=weight / weight.sum())
        known = bought.setdefault(int(buyer), [])
        if known:
            again = np.array(known)[rng.integers(len(known), size=size)]
            fresh = np.where(rng.random(size) < REPEAT_SHARE, again, fresh)
        known.extend(fresh.tolist())
        product.append(fresh)
    return order, np.concatenate(product)
