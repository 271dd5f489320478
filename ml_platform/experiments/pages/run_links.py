"""Every link of the runs list: each one the address with one thing changed."""

from dataclasses import dataclass, field, replace
from itertools import groupby
from urllib.parse import urlencode

from ml_platform.experiments.presenters.run_columns import Column
from ml_platform.experiments.presenters.run_rows import RunRow
from ml_platform.experiments.selectors.run_list import RunPage, RunQuery, statuses

SPANS = ((1, "Last day"), (7, "Last 7 days"), (30, "Last 30 days"))
_DEFAULT = RunQuery()
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


def run_links(page: RunPage, rows: list[RunRow], columns: list[Column]) -> RunLinks:
    """Returns the links around a page of runs."""
    query = page.query
    first = replace(query, page=1)
    number, last = query.page, page.page_count
    return RunLinks(
        all=_address(replace(first, status="")),
        all_count=sum(page.by_status.values()),
        statuses=[
            Link(
                word,
                _address(replace(first, status=status)),
                current=status == query.status,
                status=status,
                count=page.by_status.get(status, 0),
            )
            for status, word in statuses()
            if page.by_status.get(status) or status == query.status
        ],
        tokens=_tokens(first),
        heads=[_head(first, c.head, c.ordering, c.css) for c in columns],
        groups=[
            Group(word, len(list(found)))
            for word, found in groupby(columns, key=lambda column: column.group)
        ],
        export=_address(first),
        pages=_pages(query, last),
        previous=_address(replace(query, page=number - 1)) if number > 1 else "",
        next=_address(replace(query, page=number + 1)) if number < last else "",
        has_other_protocol=any(row.other_protocol for row in rows),
    )


def _address(query: RunQuery) -> str:
    given = {
        name: value
        for name, value in vars(query).items()
        if value != getattr(_DEFAULT, name)
    }
    return f"?{urlencode(given)}"


def _tokens(query: RunQuery) -> list[Link]:
    words = {
        "search": f"Search: {query.search}",
        "model": f"Model: {query.model}",
        "split": f"Split: {query.split}",
        "days": f"Started: {dict(SPANS).get(query.days, f'last {query.days} days')}",
    }
    return [
        Link(word, _address(replace(query, **{name: getattr(_DEFAULT, name)})))
        for name, word in words.items()
        if getattr(query, name) != getattr(_DEFAULT, name)
    ]


def _head(query: RunQuery, word: str, name: str, css: str) -> Head:
    if not name:
        return Head(word, "", css, "")
    current = query.ordering.removeprefix("-")
    falling = query.ordering.startswith("-")
    if current == name:
        following = name if falling else f"-{name}"
        state = "descending" if falling else "ascending"
    else:
        following = name if name in _RISING_FIRST else f"-{name}"
        state = ""
    return Head(word, _address(replace(query, ordering=following)), css, state)


def _pages(query: RunQuery, last: int) -> list[Link]:
    near = range(max(1, query.page - 2), min(last, query.page + 2) + 1)
    links, before = [], 0
    for number in sorted({1, last, *near}):
        if number > before + 1:
            links.append(Link("…", ""))
        address = _address(replace(query, page=number))
        links.append(Link(str(number), address, current=number == query.page))
        before = number
    return links
