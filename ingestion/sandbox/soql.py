"""SOQL as far as a loading client needs it: text to a syntax tree.

Grammar: SELECT fields | COUNT() | FIELDS(ALL|STANDARD|CUSTOM) FROM object
[WHERE condition] [ORDER BY field [ASC|DESC] [NULLS FIRST|LAST], ...] [LIMIT n] [OFFSET n].
Like Salesforce it refuses AND beside OR without parentheses. Sub-queries, GROUP BY and
relative date literals (LAST_N_DAYS:n depends on the user's time zone) are not spoken.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeVar

TOKENS = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<number>[+-]?\d+(?:\.\d+)?)
  | (?P<name>[A-Za-z_][\w.]*)
  | (?P<symbol><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
Item = TypeVar("Item")
KEYWORDS = {"from", "where", "order", "limit", "offset", "and", "or", "not", "group"}


class SoqlError(Exception):
    """A query that Salesforce refuses with HTTP 400: its error code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Literal(NamedTuple):
    """A value in a condition; `kind` is string, number, boolean, null, date, datetime."""

    kind: str
    value: str | float | bool | date | datetime | None


@dataclass(frozen=True)
class Comparison:
    field: str
    operator: str
    literals: list[Literal]


@dataclass(frozen=True)
class Combination:
    """AND or OR over several conditions, NOT over one."""

    operator: str
    conditions: list["Condition"]


Condition = Comparison | Combination


class Order(NamedTuple):
    field: str
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    fields: list[str]
    is_count: bool
    sobject: str
    where: Condition | None
    order: list[Order]
    limit: int | None
    offset: int


def parse(text: str) -> Query:
    """Parse one SOQL statement; raises SoqlError with code MALFORMED_QUERY."""
    parser = _Parser(_tokens(text))
    query = parser.query()
    parser.expect_end()
    return query


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = TOKENS.match(text, position)
        if match is None:
            raise _malformed(f"unexpected token: '{text[position:].strip()[:20]}'")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    return tokens


def _malformed(message: str) -> SoqlError:
    return SoqlError("MALFORMED_QUERY", message)


class _Parser:
    """Recursive descent over the tokens; one method per rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else ("end", "<EOF>")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.position += 1
        return token

    def accept(self, *words: str) -> bool:
        """Consume these words or symbols, in any case, if they come next."""
        if all(self.peek(i)[1].lower() == word for i, word in enumerate(words)):
            self.position += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected(f"expecting '{word}'")

    def expect_end(self) -> None:
        if self.peek()[0] != "end":
            raise self.unexpected("expecting the end of the query")

    def unexpected(self, hint: str) -> SoqlError:
        return _malformed(f"unexpected token: '{self.peek()[1]}' ({hint})")

    def name(self) -> str:
        kind, text = self.peek()
        if kind != "name" or text.lower() in KEYWORDS:
            raise self.unexpected("expecting a name")
        return self.take()[1]

    def query(self) -> Query:
        self.expect("select")
        is_count = self.accept("count", "(", ")")
        fields = [] if is_count else self.separated(self.selected)
        self.expect("from")
        sobject = self.name()
        where = self.condition() if self.accept("where") else None
        order = self.separated(self.order) if self.accept("order", "by") else []
        limit = self.whole_number() if self.accept("limit") else None
        offset = self.whole_number() if self.accept("offset") else 0
        return Query(fields, is_count, sobject, where, order, limit, offset)

    def separated(self, rule: Callable[[], Item]) -> list[Item]:
        found = [rule()]
        while self.accept(","):
            found.append(rule())
        return found

    def selected(self) -> str:
        name = self.name()
        if name.lower() != "fields" or not self.accept("("):
            return name
        group = self.name()
        self.expect(")")
        return f"FIELDS({group.upper()})"

    def whole_number(self) -> int:
        kind, text = self.take()
        if kind != "number" or not text.isdigit():
            raise _malformed(f"unexpected token: '{text}' (expecting a whole number)")
        return int(text)

    def order(self) -> Order:
        field = self.name()
        descending = self.accept("desc")
        if not descending:
            self.accept("asc")
        nulls_last = self.accept("nulls", "last")
        if not nulls_last:
            self.accept("nulls", "first")
        return Order(field, descending, nulls_last)

    def condition(self) -> Condition:
        first = self.term()
        operator = self.peek()[1].lower()
        if operator not in ("and", "or"):
            return first
        conditions = [first]
        while self.accept(operator):
            conditions.append(self.term())
        if self.peek()[1].lower() in ("and", "or"):
            raise self.unexpected("AND beside OR needs parentheses")
        return Combination(operator, conditions)

    def term(self) -> Condition:
        if self.accept("not"):
            return Combination("not", [self.term()])
        if self.accept("("):
            condition = self.condition()
            self.expect(")")
            return condition
        return self.comparison()

    def comparison(self) -> Comparison:
        field = self.name()
        if self.accept("not", "in"):
            return Comparison(field, "not in", self.literals())
        if self.accept("in"):
            return Comparison(field, "in", self.literals())
        operator = self.take()[1].lower()
        if operator not in ("=", "!=", "<>", "<", "<=", ">", ">=", "like"):
            raise _malformed(f"unexpected token: '{operator}' (expecting an operator)")
        operator = "!=" if operator == "<>" else operator
        return Comparison(field, operator, [self.literal()])

    def literals(self) -> list[Literal]:
        self.expect("(")
        found = self.separated(self.literal)
        self.expect(")")
        return found

    def literal(self) -> Literal:
        kind, text = self.take()
        try:
            return _literal(kind, text)
        except ValueError as error:
            raise _malformed(f"unexpected token: '{text}' ({error})") from error


def _literal(kind: str, text: str) -> Literal:
    if kind == "string":
        return Literal(kind, re.sub(r"\\(.)", _unescape, text[1:-1], flags=re.DOTALL))
    if kind == "number":
        return Literal(kind, float(text) if "." in text else int(text))
    if kind == "date":
        return Literal(kind, date.fromisoformat(text))
    if kind == "datetime":
        instant = datetime.fromisoformat(text).astimezone(UTC)
        return Literal(kind, instant.replace(tzinfo=None))
    if text.lower() in ("true", "false"):
        return Literal("boolean", text.lower() == "true")
    if text.lower() == "null":
        return Literal("null", None)
    raise ValueError("expecting a value")


def _unescape(match: re.Match[str]) -> str:
    return ESCAPES.get(match[1], match[1])
