"""Prices are inputs: a JSON file with the date that they were looked up.

Without a file no cost is told. What is not in the list has no price, and is said so.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml_platform.mlflow_exit.teardown.errors import PricesRefused
from ml_platform.mlflow_exit.teardown.resource import Cost

GIB = 1024**3
NO_PRICES = Cost(None, "no price list; give --prices FILE")
NOTHING = Cost(Decimal(0), "costs nothing while it is not used")


class Prices(BaseModel):
    """Prices a month in one currency, before discounts and free tiers.

    Attributes:
        as_of: the day they were looked up.
        currency: like `EUR`.
        sql_tier_month: by the instance's tier, like `db-f1-micro`.
        sql_disk_gib_month: by the disk's type, like `PD_SSD`.
        bucket_gib_month: by the bucket's storage class, like `STANDARD`.
        run_vcpu_month: one vCPU kept warm.
        run_memory_gib_month: one GiB of memory kept warm.
        secret_version_month: one secret's version.
    """

    model_config = ConfigDict(extra="forbid")

    as_of: date
    currency: str = Field(min_length=1, max_length=8)
    sql_tier_month: dict[str, Decimal] = {}
    sql_disk_gib_month: dict[str, Decimal] = {}
    bucket_gib_month: dict[str, Decimal] = {}
    run_vcpu_month: Decimal | None = None
    run_memory_gib_month: Decimal | None = None
    secret_version_month: Decimal | None = None


def prices_read(path: Path) -> Prices:
    """Reads the file.

    Raises:
        PricesRefused: It is not there, or a field is wrong or unknown.
    """
    try:
        return Prices.model_validate_json(path.read_bytes())
    except OSError as error:
        raise PricesRefused(str(path), error.strerror or str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "$"
        raise PricesRefused(str(path), f"{where}: {first['msg']}") from error


def cost_of(*parts: tuple[Decimal | float, str, Decimal | None]) -> Cost:
    """Returns the sum of quantity times price.

    Args:
        parts: quantity, what it counts, price a month; a part without a price makes
            the whole cost unknown.
    """
    told, total = [], Decimal(0)
    for quantity, unit, price in parts:
        amount = Decimal(str(quantity))
        if price is None:
            return Cost(None, f"no price for {unit}")
        total += amount * price
        told.append(f"{amount.normalize():f} {unit} × {price}")
    return Cost(total.quantize(Decimal("0.01")), " + ".join(told))
