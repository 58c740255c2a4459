"""Pendo's expression language: filters, computed fields and moments of a time series.

Known: numbers, strings in back-ticks or quotes, true, false, null; paths such as
`metadata.auto.lastupdated` and `polls[0].id`; + - * / %, comparisons, !, && and ||; the
functions now(), date(Y,M,D), date_add(moment, n, unit), hash(x), isNull(x),
contains(text, part), startsWith(text, part), len(x). Moments are epoch milliseconds.
"""

import re
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.sandbox.local_days import add_periods, local_midnight, period_start

Row = dict[str, Any]
Expression = Callable[[Row], Any]
TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
  | (?P<string>`[^`]*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<path>[A-Za-z_][\w]*(?:\[\d+\])*(?:\.\w+(?:\[\d+\])*)*)
  | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!(),])
    )""",
    re.VERBOSE,
)
CONSTANTS = {"true": True, "false": False, "null": None, "nil": None}
BINDING = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
    "%": lambda a, b: a % b if b else None,
}


class ExpressionError(ValueError):
    """An expression that Pendo could not read; the message says where."""


def compile_expression(text: str, now: int, zone: ZoneInfo) -> Expression:
    """Turn an expression into a function of a row.

    `now` is the company's present in epoch ms, `zone` the subscription's time zone, in
    which date(Y,M,D) is a midnight. Raises ExpressionError.
    """
    parser = _Parser(text, now, zone)
    expression = parser.expression(0)
    if parser.tokens:
        raise parser.unexpected()
    return expression


def compile_path(text: str) -> Expression:
    """Return a function that reads `a.b[0].c` of a row; None where a step is missing."""
    steps = [
        int(step[1:-1]) if step.startswith("[") else step
        for step in re.findall(r"\[\d+\]|[^.\[\]]+", text)
    ]

    def read(row: Row) -> Any:
        value: Any = row
        for step in steps:
            if isinstance(step, int):
                is_there = isinstance(value, list) and step < len(value)
                value = value[step] if is_there else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value

    return read


class _Parser:
    """Precedence climbing over the tokens; yields nested functions of a row."""

    def __init__(self, text: str, now: int, zone: ZoneInfo) -> None:
        self.text, self.now, self.zone = text, now, zone
        self.tokens: list[tuple[str, str]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = TOKENS.match(text, position)
            if match is None:
                raise ExpressionError(f"cannot read {text[position:]!r} in {text!r}")
            self.tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            position = match.end()

    def unexpected(self) -> ExpressionError:
        found = repr(self.tokens[0][1]) if self.tokens else "end"
        return ExpressionError(f"unexpected {found} in {self.text!r}")

    def accept(self, symbol: str) -> bool:
        if self.tokens and self.tokens[0] == ("symbol", symbol):
            self.tokens.pop(0)
            return True
        return False

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise self.unexpected()

    def expression(self, binding: int) -> Expression:
        left = self.operand()
        while self.tokens and BINDING.get(self.tokens[0][1], 0) > binding:
            kind, symbol = self.tokens[0]
            if kind != "symbol":
                break
            self.tokens.pop(0)
            left = _binary(symbol, left, self.expression(BINDING[symbol]))
        return left

    def operand(self) -> Expression:
        if self.accept("!"):
            inner = self.operand()
            return lambda row: not inner(row)
        if self.accept("-"):
            inner = self.operand()
            return lambda row: None if (v := inner(row)) is None else -v
        if self.accept("("):
            inner = self.expression(0)
            self.expect(")")
            return inner
        if not self.tokens or self.tokens[0][0] == "symbol":
            raise self.unexpected()
        kind, text = self.tokens.pop(0)
        if kind == "path" and self.accept("("):
            return self.function(text)
        return _constant_or_path(kind, text)

    def function(self, name: str) -> Expression:
        arguments: list[Expression] = []
        while not self.accept(")"):
            arguments.append(self.expression(0))
            if not self.accept(","):
                self.expect(")")
                break
        if name not in FUNCTIONS:
            raise ExpressionError(f"unknown function {name}() in {self.text!r}")
        body, (now, zone) = FUNCTIONS[name], (self.now, self.zone)

        def call(row: Row) -> Any:
            try:
                return body(now, zone, *(argument(row) for argument in arguments))
            except (TypeError, ValueError) as error:
                message = f"{name}() in {self.text!r}: {error}"
                raise ExpressionError(message) from error

        return call


def _constant_or_path(kind: str, text: str) -> Expression:
    if kind == "path" and text not in CONSTANTS:
        return compile_path(text)
    value: Any = CONSTANTS.get(text)
    if kind == "number":
        value = float(text) if "." in text else int(text)
    elif kind == "string":
        value = text[1:-1] if text[0] == "`" else re.sub(r"\\(.)", r"\1", text[1:-1])
    return lambda row: value


def _binary(symbol: str, left: Expression, right: Expression) -> Expression:
    if symbol == "&&":
        return lambda row: bool(left(row) and right(row))
    if symbol == "||":
        return lambda row: bool(left(row) or right(row))
    if symbol == "==":
        return lambda row: left(row) == right(row)
    if symbol == "!=":
        return lambda row: left(row) != right(row)
    operation = OPERATIONS[symbol]
    unknown = False if symbol in ("<", "<=", ">", ">=") else None

    def apply(row: Row) -> Any:
        try:
            return operation(left(row), right(row))
        except TypeError:  # a missing value, or text against number: no match
            return unknown

    return apply


def _hash(now: int, zone: ZoneInfo, value: Any) -> int:
    return zlib.crc32(str(value).encode())


def _date(now: int, zone: ZoneInfo, year: int, month: int, day: int) -> int:
    return local_midnight(datetime(year, month, day).date(), zone)


def _date_add(now: int, zone: ZoneInfo, moment: int, count: int, unit: str) -> int:
    start = period_start(moment, unit, zone)
    return add_periods(start, count, unit, zone) + moment - start


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "now": lambda now, zone: now,
    "date": _date,
    "date_add": _date_add,
    "dateAdd": _date_add,
    "startOfPeriod": lambda now, zone, unit, at: period_start(at, unit, zone),
    "hash": _hash,
    "isNull": lambda now, zone, value: value is None,
    "isNil": lambda now, zone, value: value is None,
    "contains": lambda now, zone, text, part: part in (text or ""),
    "startsWith": lambda now, zone, text, part: (text or "").startswith(part),
    "len": lambda now, zone, value: len(value or ""),
}
