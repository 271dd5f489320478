"""Every link of the runs list: each one the address with one thing changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from urllib.parse import quote, unquote, urlencode

from ml_platform.experiments.presenters.run_columns import Column
from ml_platform.experiments.presenters.run_rows import RunRow
from ml_platform.experiments.selectors.run_list import RunPage, RunQuery, statuses

SPANS = ((1, "Last day"), (7, "Last 7 days"), (30, "Last 30 days"))
Address = Callable[[RunQuery], str]
_DEFAULT = RunQuery()
_ORDERINGS = (
    ("-number", "Newest first"),
    ("best_val_loss", "Lowest validation loss"),
    ("-test_recall_at_10", "Highest recall@10"),
    ("name", "By name"),
)
# These sort from low to high at the first press; all others from high to low.
_RISING_FIRST = ("name", "status", "model", "best_val_loss")


@dataclass(frozen=True)
class Link:
    """A link: its word, its address, whether it is where we are."""

    word: str
    url: str
    current: bool = False
    status: str = ""
    count: int = 0


@dataclass(frozen=True)
class Head:
    """A column's head: a link that sorts, and how it is sorted now."""

    key: str
    word: str
    url: str
    css: str
    sorted: str


@dataclass(frozen=True)
class Group:
    """Neighbouring columns under one heading, or under none."""

    word: str
    span: int


@dataclass(frozen=True)
class RunLinks:
    """All links of one page of the list."""

    all: str
    all_count: int
    statuses: list[Link]
    tokens: list[Link]
    heads: list[Head]
    groups: list[Group]
    export: str
    pages: list[Link]
    previous: str
    next: str
    has_other_protocol: bool = field(default=False)


def columns_text(keys: Iterable[str]) -> str:
    """Returns columns as an address names them, whatever their keys hold."""
    return ",".join(quote(key, safe="") for key in keys)


def columns_named(text: str) -> list[str]:
    """Returns the keys that `columns_text` wrote."""
    return [unquote(part) for part in text.split(",") if part]


def run_links(
    page: RunPage, rows: list[RunRow], columns: list[Column], columns_told: str = ""
) -> RunLinks:
    """Returns the links around a page of runs.

    Args:
        page: The runs and counts.
        rows: The same runs as they are shown.
        columns: The columns shown.
        columns_told: The columns as the address names them, where it does.
    """

    def address(query: RunQuery) -> str:
        return run_address(query, columns_told)

    query = page.query
    first = replace(query, page=1)
    number, last = query.page, page.page_count
    return RunLinks(
        all=address(replace(first, status="")),
        all_count=sum(page.by_status.values()),
        statuses=[
            Link(
                word,
                address(replace(first, status=status)),
                current=status == query.status,
                status=status,
                count=page.by_status.get(status, 0),
            )
            for status, word in statuses()
            if page.by_status.get(status) or status == query.status
        ],
        tokens=[_token(first, name, address) for name in _in_force(first)],
        heads=[_head(first, column, address) for column in columns],
        groups=[
            Group(word, len(list(found)))
            for word, found in groupby(columns, key=lambda column: column.group)
        ],
        export=address(first),
        pages=_pages(query, last, address),
        previous=address(replace(query, page=number - 1)) if number > 1 else "",
        next=address(replace(query, page=number + 1)) if number < last else "",
        has_other_protocol=any(row.other_protocol for row in rows),
    )


def run_address(query: RunQuery, columns_told: str = "") -> str:
    """Returns the list's address without what is usual."""
    given = {
        name: value
        for name, value in vars(query).items()
        if value != getattr(_DEFAULT, name)
    }
    return f"?{urlencode(given | ({'columns': columns_told} if columns_told else {}))}"


def orderings(query: RunQuery) -> list[tuple[str, str]]:
    """Returns the usual orders of the list, with the one in force."""
    known = dict(_ORDERINGS)
    in_force = {query.ordering: f"By {query.ordering}"}
    return list((in_force | known).items())


def link_without(query: RunQuery, name: str, columns_told: str, count: int) -> Link:
    """Returns the filter of that name as a link that drops it; `count` match then."""
    first = replace(query, page=1)
    token = _token(first, name, lambda changed: run_address(changed, columns_told))
    return replace(token, count=count)


def _in_force(query: RunQuery) -> list[str]:
    names = ("search", "model", "split", "days")
    return [name for name in names if getattr(query, name) != getattr(_DEFAULT, name)]


def _token(query: RunQuery, name: str, address: Address) -> Link:
    words = {
        "search": f"Search: {query.search}",
        "status": f"Status: {query.status}",
        "model": f"Model: {query.model}",
        "split": f"Split: {query.split}",
        "days": f"Started: {dict(SPANS).get(query.days, f'last {query.days} days')}",
    }
    return Link(words[name], address(replace(query, **{name: getattr(_DEFAULT, name)})))


def _head(query: RunQuery, column: Column, address: Address) -> Head:
    name, key, word, css = column.ordering, column.key, column.head, column.css
    if not name:
        return Head(key, word, "", css, "")
    current = query.ordering.removeprefix("-")
    falling = query.ordering.startswith("-")
    if current == name:
        following = name if falling else f"-{name}"
        state = "descending" if falling else "ascending"
    else:
        following = name if name in _RISING_FIRST else f"-{name}"
        state = ""
    return Head(key, word, address(replace(query, ordering=following)), css, state)


def _pages(query: RunQuery, last: int, address: Address) -> list[Link]:
    near = range(max(1, query.page - 2), min(last, query.page + 2) + 1)
    links, before = [], 0
    for number in sorted({1, last, *near}):
        if number > before + 1:
            links.append(Link("…", ""))
        url = address(replace(query, page=number))
        links.append(Link(str(number), url, current=number == query.page))
        before = number
    return links
