"""The figures that the calibration is judged by, against values worked by hand."""

import numpy as np
import pytest

from benchmarks.calibration import area_under_curve, wilson


def test_the_area_counts_pairs_and_ties_half() -> None:
    """Left at 10 and 30, stayed at 20, 30, 40: of 6 pairs 10 wins 3; 30 wins 1, ties 1."""
    values = np.array([10.0, 30.0, 20.0, 30.0, 40.0])
    has_left = np.array([True, True, False, False, False])
    assert area_under_curve(values, has_left, np.ones(5)) == pytest.approx(4.5 / 6)


def test_a_row_that_counts_twice_is_two_rows() -> None:
    values, has_left = np.array([10.0, 20.0, 5.0]), np.array([True, False, False])
    once = area_under_curve(np.append(values, 20.0), np.append(has_left, False), np.ones(4))
    assert area_under_curve(values, has_left, np.array([1.0, 2.0, 1.0])) == pytest.approx(once)


def test_the_interval_of_a_share_is_wilsons() -> None:
    """10 of 50: middle (0.2 + 3.8415 / 100) / 1.07683 = 0.22140, half its width 0.10896."""
    low, high = wilson(10, 50)
    assert (low, high) == pytest.approx((0.11244, 0.33036), abs=1e-4)
    assert wilson(0, 20)[0] == pytest.approx(0)
