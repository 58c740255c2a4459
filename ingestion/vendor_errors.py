"""The one error for a vendor that cannot be loaded: who, what, why, what to do about it."""

from collections.abc import Iterator, Sequence
from typing import Any


class VendorLoadError(Exception):
    """A vendor's load stopped; its watermarks and the other vendors are untouched.

    The message never holds a key. `resource` is the raw table or the endpoint concerned.
    """

    def __init__(self, vendor: str, resource: str, cause: str, remedy: str) -> None:
        super().__init__(f"{vendor} {resource}: {cause}. What to do: {remedy}.")
        self.vendor = vendor
        self.resource = resource
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[type, tuple[str, str, str, str]]:
        # An orchestrator may send it between processes.
        return VendorLoadError, (self.vendor, self.resource, self.cause, self.remedy)


def wrong_type(
    vendor: str, table: str, column: str, kind: str, values: Sequence[Any]
) -> VendorLoadError:
    """The error for a column whose values are not all of their declared kind."""
    listed = values.to_pylist() if hasattr(values, "to_pylist") else values
    found = sorted({type(value).__name__ for value in listed if value is not None})
    return _retyped(vendor, table, column, f"{' or '.join(found)} and not {kind}")


def _retyped(vendor: str, table: str, column: str, found: str) -> VendorLoadError:
    return VendorLoadError(
        vendor,
        table,
        cause=f"{column} is no longer of its declared type, a value is {found}",
        remedy="compare the vendor's answer with the declared fields, and change "
        "the declaration with the models that read the column",
    )


def vendor_error_in(error: BaseException) -> VendorLoadError | None:
    """The VendorLoadError inside what a pipeline raised, or None if it was something else.

    dlt wraps what a resource raises, twice, and orchestrators once more. A value that does
    not fit its declared type is the vendor's doing too, found by dlt.
    """
    from dlt.common.schema.exceptions import DataValidationError

    for cause in _causes(error):
        if isinstance(cause, VendorLoadError):
            return cause
        if isinstance(cause, DataValidationError):
            # dlt names the column that it refused to add: <column>__v_<type>.
            column, _, found = cause.column_name.partition("__v_")
            return _retyped(cause.schema_name, cause.table_name, column, found)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
