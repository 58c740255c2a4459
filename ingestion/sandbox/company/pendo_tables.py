"""Event rows as Pendo serves them: split by user agent, repeated, anonymous, without account, or
of our own people."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.draws import hashes, uniform
from ingestion.sandbox.company.identity import has_test_tenant, pendo_account_id
from ingestion.sandbox.company.local_days import LocalDays
from ingestion.sandbox.company.pendo_staff import is_staff, staff_login
from ingestion.sandbox.company.product_events import ANY_FEATURE, EventRows, concatenate
from ingestion.sandbox.company.product_people import split_person, visitor_id
from ingestion.sandbox.company.story import Story

APP_ID = -323232
SPLIT, REPEATED, NO_ACCOUNT, ANONYMOUS = 0.15, 0.005, 0.01, 0.03
SIGNED_IN_ID = "tSignedInXq7Lh2Vb0RkPz9"
USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) Safari/17.6",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148",
)
# A documentation network: no real address.
ADDRESSES = np.array([f"198.51.100.{number}" for number in range(250)])
SERVER = "app.tidewell.example"
TEST_TENANT_SUFFIX = "-test"


@dataclass(frozen=True)
class Dressed:
    """Event rows with what is only dirt: `agent` numbers the user agent, `no_account` and
    `anonymous` mark rows without account or known person, `test` those of a test tenant, `staff`
    those of our own people."""

    rows: EventRows
    agent: NDArray[np.int64]
    no_account: NDArray[np.bool_]
    anonymous: NDArray[np.bool_]
    test: NDArray[np.bool_]
    staff: NDArray[np.bool_]

    def select(self, chosen: NDArray) -> Dressed:
        return Dressed(self.rows.select(chosen), *(getattr(self, name)[chosen] for name in _DIRT))

    def all_are(self, kind: str) -> Dressed:
        return replace(self, **{kind: np.ones(len(self.rows), dtype=bool)})


_DIRT = ("agent", "no_account", "anonymous", "test", "staff")


def _joined(parts: list[Dressed]) -> Dressed:
    return Dressed(
        concatenate([part.rows for part in parts]),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _DIRT),
    )


def dress(seed: int, stories: list[Story], rows: EventRows) -> Dressed:
    """The rows with all their dirt; every choice depends on the row alone."""

    def chance(kind: str) -> NDArray[np.float64]:
        return uniform(seed, f"dirt:{kind}", rows.person, rows.day, rows.feature)

    no = np.zeros(len(rows), dtype=bool)
    agent = (uniform(seed, "agent", rows.person) * 2).astype(np.int64)
    plain = Dressed(rows, agent, chance("no_account") < NO_ACCOUNT, no, no, no)
    divides = (chance("split") < SPLIT) & (rows.events > 1) & (rows.minutes > 1)
    halves = {"events": rows.events // 2, "minutes": rows.minutes // 2}
    kept = {
        name: np.where(divides, getattr(rows, name) - half, getattr(rows, name))
        for name, half in halves.items()
    }
    phone = np.full(len(rows), 2, dtype=np.int64)
    split = replace(plain, rows=rows.replaced(**halves), agent=phone).select(divides)
    plain = replace(plain, rows=rows.replaced(**kept))
    has_test = np.array([has_test_tenant(story.account) for story in stories], dtype=bool)
    tries = has_test[rows.row] & (split_person(rows.person)[1] < 2) & (chance("test") < 0.4)
    return _joined(
        [
            plain,
            split,
            plain.select(chance("anonymous") < ANONYMOUS).all_are("anonymous"),
            plain.select(tries).all_are("test"),
            plain.select(is_staff(seed, rows)).all_are("staff"),
            plain.select(chance("repeated") < REPEATED),
        ]
    )


def event_tables(
    seed: int, stories: list[Story], dressed: Dressed, days: LocalDays, sold: Catalogue
) -> dict[str, pa.Table]:
    """`events`, `featureEvents` and `trackEvents`, each sorted by day."""
    track = np.array([feature.kind == "track_type" for feature in sold.features] + [True])
    feature = dressed.rows.feature
    is_track = np.where(feature == ANY_FEATURE, False, track[np.maximum(feature, -1)])
    return {
        "events": _table(seed, stories, dressed.select(feature == ANY_FEATURE), days, sold, None),
        "featureEvents": _table(
            seed,
            stories,
            dressed.select((feature != ANY_FEATURE) & ~is_track),
            days,
            sold,
            "featureId",
        ),
        "trackEvents": _table(seed, stories, dressed.select(is_track), days, sold, "trackTypeId"),
    }


def _table(
    seed: int,
    stories: list[Story],
    dressed: Dressed,
    days: LocalDays,
    sold: Catalogue,
    feature_column: str | None,
) -> pa.Table:
    rows = dressed.rows
    order = np.lexsort((dressed.agent, rows.feature, rows.person, rows.day))
    dressed = dressed.select(order)
    rows = dressed.rows
    people, person = np.unique(rows.person, return_inverse=True)
    visitors = _strings(visitor_id(seed, people), person)
    hidden = [f"_PENDO_T_{key:016x}" for key in hashes(seed, "anonymous", people).tolist()]
    visitors = pa.compute.if_else(dressed.anonymous, _strings(np.array(hidden), person), visitors)
    own = _strings(np.array([staff_login(story.account) for story in stories]), rows.row)
    visitors = pa.compute.if_else(dressed.staff, own, visitors)
    names = [pendo_account_id(story.account) for story in stories]
    names += [f"{name}{TEST_TENANT_SUFFIX}" for name in names] + [""]
    account = np.where(dressed.test, rows.row + len(stories), rows.row)
    account = np.where(dressed.no_account, 2 * len(stories), account)
    total = len(rows)
    columns = {
        "day": pa.array(days.start_ms[rows.day]),
        "visitorId": visitors,
        "accountId": _strings(np.array(names), account),
        "appId": pa.array(np.full(total, APP_ID, dtype=np.int64)),
    }
    if feature_column:
        ids = np.array([*(feature.pendo_id for feature in sold.features), SIGNED_IN_ID])
        columns[feature_column] = _strings(
            ids, np.where(rows.feature < 0, len(ids) - 1, rows.feature)
        )
    columns |= {
        "numEvents": pa.array(rows.events),
        "numMinutes": pa.array(rows.minutes),
        "server": _strings(np.array([SERVER]), np.zeros(total, dtype=np.int64)),
        "remoteIp": _strings(ADDRESSES, people[person] // 100 % len(ADDRESSES)),
        "userAgent": _strings(np.array(USER_AGENTS), dressed.agent),
    }
    return pa.table(columns)


def _strings(values: NDArray[np.str_], position: NDArray[np.int64]) -> pa.Array:
    indices = pa.array(position.astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array(values.tolist(), pa.string())).cast(
        pa.string()
    )
