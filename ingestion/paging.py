"""Lists that never end: a next page that leads back to what was read, recognised and named."""

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import Response

# A page may come twice by mistake, or be empty and lead to itself; the third time is no accident.
MOST_VISITS = 2


class EndlessPages(ValueError):
    """A vendor leads to the same next page again and again."""


class NextPages:
    """What led to the next page so far, for one list."""

    def __init__(self) -> None:
        self._visits: Counter[Any] = Counter()

    def follow(self, reference: Any) -> None:
        """Note where the list goes on.

        Raises:
            EndlessPages: it went on there twice before.
        """
        self._visits[reference] += 1
        if self._visits[reference] > MOST_VISITS:
            raise EndlessPages(f"the list leads to the same next page for ever ({reference})")


class EndingPaginator:
    """Mixed into one of dlt's paginators with a reference to the next page: the list has an end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._next_pages = NextPages()

    def update_state(self, response: "Response", data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        if self.has_next_page:
            self._next_pages.follow(self._next_reference)
