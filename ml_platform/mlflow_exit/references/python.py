"""Python files, through the syntax tree: imports, what they bound, dynamic imports.

A line is found by what it does, so `log_metric(…)` counts where the name came from
MLflow though the line does not say so. Comments, which the tree has not, are read from
the tokens.
"""

import ast
import io
import tokenize
from collections.abc import Iterator

from ml_platform.mlflow_exit.references.finding import NAMED, SETTING, Action

# (line, action, kind, why); of several on one line the first by rank stands.
Hit = tuple[int, Action, str, str]
_RANK = ("import", "dynamic import", "use", "setting", "name", "text", "comment")
_IMPORTERS = {
    "__import__",
    "find_spec",
    "import_module",
    "importorskip",
    "is_module_available",
    "LazyLoader",
    "patch",
}


def python_hits(source: str) -> list[Hit]:
    """Returns a hit a line.

    Raises:
        SyntaxError: The text is no Python that this interpreter reads.
        ValueError: It holds a NUL.
    """
    # Not `splitlines`, which also breaks where Python does not, as at a form feed.
    finder = _Finder(source.replace("\r\n", "\n").split("\n"))
    tree = ast.parse(source)
    finder.visit(tree)
    hits = [*finder.hits, *_bound_uses(tree, finder.bound), *_comments(source)]
    first: dict[int, Hit] = {}
    for hit in sorted(hits, key=lambda hit: _RANK.index(hit[2])):
        first.setdefault(hit[0], hit)
    return sorted(first.values())


class _Finder(ast.NodeVisitor):
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.hits: list[Hit] = []
        self.bound: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        ours = [alias for alias in node.names if _is_module(alias.name)]
        for alias in ours:
            self.bound.add(alias.asname or alias.name.split(".")[0])
        if ours:
            self._imported(node, alone=len(ours) == len(node.names))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if _is_module(node.module or "") and not node.level:
            self.bound |= {alias.asname or alias.name for alias in node.names}
            self._imported(node, alone=True)
        else:
            self._name(node, node.module or "")
            for alias in node.names:
                self._name(alias, alias.name, alias.asname or "")

    def visit_Call(self, node: ast.Call) -> None:
        function = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [_folded(argument) or "" for argument in node.args]
        if function in _IMPORTERS and any(map(_is_module, texts)):
            why = f"{function}() loads MLflow when it runs; take the branch away"
            self._hit(node, Action.EDIT, "dynamic import", why)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._texts(node, node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = _folded(node)
        if text is None:
            self.generic_visit(node)
        else:
            self._texts(node, text)

    def visit_Name(self, node: ast.Name) -> None:
        self._name(node, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if NAMED.search(node.attr):
            line = node.end_lineno or node.lineno
            self.hits.append((line, Action.EDIT, "name", _NAME_WHY))
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        self._name(node, node.arg or "")
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        self._name(node, node.arg)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._name(node, node.name)
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._name(node, node.name)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._name(node, node.name)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._name(node, *node.names)

    visit_Nonlocal = visit_Global  # type: ignore[assignment]  # noqa: N815

    def _imported(self, node: ast.stmt, *, alone: bool) -> None:
        """Every line of the statement; one that imports others too stays in part."""
        if alone:
            action, why = Action.DELETE, "imports MLflow and nothing else"
        else:
            action, why = Action.EDIT, "imports MLflow among others"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            self.hits.append((line, action, "import", why))

    def _texts(self, node: ast.expr, text: str) -> None:
        """The lines of a text that say MLflow; its first where none does as written."""
        if not NAMED.search(text):
            return
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        numbers = [one for one in span if NAMED.search(self.lines[one - 1])]
        for number in numbers or [node.lineno]:
            line = self.lines[number - 1]
            if SETTING.search(line if numbers else text):
                kind, why = "setting", "reads or writes one of MLflow's settings"
            else:
                kind, why = "text", "a text that names MLflow"
            self.hits.append((number, Action.EDIT, kind, why))

    def _name(self, node: ast.AST, *names: str) -> None:
        if any(map(NAMED.search, names)):
            self._hit(node, Action.EDIT, "name", _NAME_WHY)

    def _hit(self, node: ast.AST, action: Action, kind: str, why: str) -> None:
        self.hits.append((node.lineno, action, kind, why))  # type: ignore[attr-defined]


_NAME_WHY = "a name of this code base that says MLflow"


def _bound_uses(tree: ast.AST, bound: set[str]) -> Iterator[Hit]:
    """Yields where a name that an import of MLflow bound is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in bound:
            why = f"uses {node.id}, which comes from MLflow"
            yield node.lineno, Action.EDIT, "use", why


def _comments(source: str) -> Iterator[Hit]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and NAMED.search(token.string):
            why = "a comment about MLflow"
            yield token.start[0], Action.EDIT, "comment", why


def _is_module(name: str) -> bool:
    return name.split(".")[0] in ("mlflow", "mlflow_skinny")


def _folded(node: ast.expr) -> str | None:
    """The text that constants joined by `+` make, None where a part is no constant."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _folded(node.left), _folded(node.right)
        return None if left is None or right is None else left + right
    return None
