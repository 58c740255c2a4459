from datetime import datetime

import dagster as dg
import pytest

from orchestration.checks import judge
from orchestration.vendor_access import SANDBOX_AS_OF, ClockSetBack, choose_as_of
from orchestration.warehouse_state import Watermark

YESTERDAY, TODAY = datetime(2026, 11, 14), datetime(2026, 11, 15)


def mark(resource: str, through: datetime | None) -> Watermark:
    return Watermark("pendo", resource, None, through, None)


def test_the_sandbox_stands_still_until_as_of_moves_it() -> None:
    later = datetime(2026, 12, 15)
    assert choose_as_of(True, None, None) == SANDBOX_AS_OF
    assert choose_as_of(True, later, SANDBOX_AS_OF) == later
    assert choose_as_of(True, None, later) == later


def test_real_vendors_are_loaded_up_to_now() -> None:
    assert choose_as_of(False, None, None) > datetime(2026, 1, 1)
    assert choose_as_of(False, YESTERDAY, None) == YESTERDAY


def test_a_clock_set_back_is_refused_with_advice() -> None:
    with pytest.raises(ClockSetBack, match="WAREHOUSE_PATH"):
        choose_as_of(True, YESTERDAY, TODAY)


def test_a_resource_loaded_up_to_as_of_passes() -> None:
    assert judge("accounts", True, [mark("accounts", TODAY)], TODAY)[0]


def test_event_days_end_before_as_of_and_pass_with_the_rest_of_the_load() -> None:
    marks = [mark("accounts", TODAY), mark("events", YESTERDAY)]
    assert judge("events", True, marks, TODAY)[0]


@pytest.mark.parametrize(
    ("is_configured", "marks", "severity", "words"),
    [
        (False, [], dg.AssetCheckSeverity.WARN, "not configured"),
        (True, [mark("accounts", None)], dg.AssetCheckSeverity.ERROR, "never loaded"),
        (True, [mark("accounts", YESTERDAY)], dg.AssetCheckSeverity.ERROR, "2026-11-14"),
        (True, [mark("events", TODAY)], dg.AssetCheckSeverity.WARN, "does not have this"),
    ],
)
def test_what_was_not_loaded_does_not_pass_and_says_why(
    is_configured: bool,
    marks: list[Watermark],
    severity: dg.AssetCheckSeverity,
    words: str,
) -> None:
    passed, judged, reason = judge("accounts", is_configured, marks, TODAY)
    assert (passed, judged) == (False, severity)
    assert words in reason
