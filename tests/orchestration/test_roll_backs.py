"""An earlier version published again, and what is remembered of the ones that it replaced."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.publications import last_as_of
from orchestration.roll_backs import rolled_back
from orchestration.rollback_command import roll_back
from orchestration.serving import VERSIONS_KEPT, published_version
from tests.orchestration.conftest import AS_OF
from tests.orchestration.test_publishing import publish, read


def test_a_version_that_was_rolled_back_from_is_never_chosen_again_unless_it_is_named(
    data: Path, warehouse: Path
) -> None:
    good, bad = publish(data).version, publish(data).version
    roll_back(None)
    assert published_version(data / "serving") == good
    publish(data)
    roll_back(None)
    assert published_version(data / "serving") == good
    with pytest.raises(ValueError, match=rf"no version before.*{bad} \(rolled back\), "):
        roll_back(None)
    roll_back(bad)
    assert published_version(data / "serving") == bad
    roll_back(None)
    assert published_version(data / "serving") == good


def test_a_row_of_bad_versions_leaves_the_last_good_one(data: Path, warehouse: Path) -> None:
    good = publish(data).version
    for _ in range(VERSIONS_KEPT + 1):
        publish(data)
        roll_back(None)
        assert published_version(data / "serving") == good


def test_going_back_over_several_versions_undoes_all_of_them(data: Path, warehouse: Path) -> None:
    first, *undone = (publish(data).version for _ in range(3))
    roll_back(first)
    assert list(rolled_back(data / "serving")) == undone


def test_versions_that_were_rolled_back_stay_on_record_with_when(
    data: Path, warehouse: Path
) -> None:
    good, bad = publish(data), publish(data)
    roll_back(None)
    assert read(data, "select version from audit.publications") == [(good.version,)]
    third, fourth = publish(data), publish(data)
    rows = read(
        data, "select version, run_id, as_of, rolled_back_at is not null from audit.publications"
    )
    assert rows == [
        (publication.version, "a-run", AS_OF, publication is bad)
        for publication in (good, bad, third, fourth)
    ]


def test_the_instant_of_a_version_that_was_rolled_back_binds_no_later_run(
    data: Path, warehouse: Path
) -> None:
    """Otherwise one run with a clock that is years ahead would be the last one."""
    publish(data)
    publish(data, datetime(2036, 1, 1))
    roll_back(None)
    publish(data)
    assert last_as_of(data / "serving" / "customer_health.duckdb") == AS_OF


def test_a_file_from_before_roll_backs_were_recorded_is_carried_on(
    data: Path, warehouse: Path
) -> None:
    publish(data)
    with duckdb.connect(str(data / "serving" / "customer_health.duckdb")) as connection:
        connection.execute("alter table audit.publications drop column rolled_back_at")
    publish(data)
    assert read(data, "select rolled_back_at from audit.publications") == [(None,), (None,)]
