"""The one error for a vendor that cannot be loaded: who, what, why, and what to do about it."""


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


def vendor_error_in(error: BaseException) -> VendorLoadError | None:
    """The VendorLoadError inside what a pipeline raised, or None if it was something else.

    dlt wraps what a resource raises, twice; orchestrators wrap once more.
    """
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, VendorLoadError):
            return cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return None
