"""Which column of a file plays which role, and which lines are no purchases.

A layout comes from the user's mapping, or is recognised by the column names: our
own, and both editions of UCI Online Retail. Opens no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trainer import fields
from trainer.errors import ColumnError

REQUIRED_ROLES = ("buyer", "product", "time")
NUMBER_ROLES = ("quantity", "price", "rating")
POSITIVE_ROLES = ("quantity", "price")
TEXT_ROLES = ("description", "category", "country", "segment")
ROLES = (*REQUIRED_ROLES, *NUMBER_ROLES, *TEXT_ROLES, "invoice")


@dataclass(frozen=True)
class Layout:
    """How to read one source.

    Attributes:
      columns: Role to column name.
      cancellation_prefix: Invoices that start so undo a sale; empty for none.
      goods_pattern: Regular expression that product codes of goods match.
      time_format: strptime format of a textual time; empty if it is no text.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    cancellation_prefix: str = ""
    goods_pattern: str = ""
    time_format: str = ""


OWN = Layout({role: role for role in (*REQUIRED_ROLES, *NUMBER_ROLES, *TEXT_ROLES)})

_UCI_RULES = {"cancellation_prefix": "C", "goods_pattern": r"^[0-9]{5}"}
UCI = Layout(
    {
        "invoice": "InvoiceNo",
        "product": "StockCode",
        "description": "Description",
        "quantity": "Quantity",
        "time": "InvoiceDate",
        "price": "UnitPrice",
        "buyer": "CustomerID",
        "country": "Country",
    },
    **_UCI_RULES,
)
UCI_SECOND_EDITION = Layout(
    {**UCI.columns, "invoice": "Invoice", "price": "Price", "buyer": "Customer ID"},
    **_UCI_RULES,
)


def choose(mapping: Mapping[str, str], names: Sequence[str], source: str) -> Layout:
    """The layout of a source.

    Args:
      mapping: Role to column as the user gave it; empty to recognise the columns.
      names: The columns that the source has.
      source: The source's name, for messages.

    Raises:
      ColumnError: A role is unknown or missing, or a column is not in the file.
    """
    if mapping:
        return _checked(mapping, names, source)
    for layout in (UCI, UCI_SECOND_EDITION):
        if set(layout.columns.values()) <= set(names):
            return layout
    if set(REQUIRED_ROLES) <= set(names):
        return Layout({role: role for role in OWN.columns if role in names})
    raise ColumnError(
        [
            f"{source}: columns not recognised ({', '.join(names)}); say which "
            'is which, for example --columns \'{"buyer": "…", "product": "…", '
            '"time": "…"}\'.'
        ]
    )


def _checked(mapping: Mapping[str, str], names: Sequence[str], source: str) -> Layout:
    problems = [
        f"columns: unknown role {role}; {fields.nearest(role, ROLES)}"
        for role in mapping
        if role not in ROLES
    ]
    problems += [
        f"columns: the role {role} is required; add it with its column."
        for role in REQUIRED_ROLES
        if role not in mapping
    ]
    problems += [
        f"{source}: no column {column!r} for {role}; "
        f"{fields.nearest(str(column), names)}"
        for role, column in mapping.items()
        if column not in names
    ]
    if problems:
        raise ColumnError(problems)
    chosen = dict(mapping)
    uci = all(
        UCI.columns[role] == column
        for role, column in chosen.items()
        if role in UCI.columns
    )
    return Layout(chosen, **(_UCI_RULES if uci and "invoice" in chosen else {}))
