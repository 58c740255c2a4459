"""What the company sells and measures, read from the seeds that the warehouse reads too."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


@dataclass(frozen=True, slots=True)
class ProductFeature:
    """One row of seeds/product_features.csv: a Pendo feature or track type."""

    kind: str
    pendo_id: str
    name: str
    area: str
    is_core: bool
    is_key: bool
    is_value_action: bool


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything on sale; `entitlements` by plan and add-on code."""

    features: tuple[ProductFeature, ...]
    entitlements: dict[tuple[str, str], frozenset[str]]
    own_domains: tuple[str, ...]
    departments: tuple[str, ...]

    def entitled(self, plan_code: str, add_on_codes: list[str]) -> frozenset[str]:
        """Feature names that a plan and its add-ons include."""
        items = [(plan_code, ""), *((plan_code, code) for code in add_on_codes)]
        return frozenset().union(*(self.entitlements.get(i, frozenset()) for i in items))


def _rows(seed: str) -> list[dict[str, str]]:
    path = SEEDS / f"{seed}.csv"
    if not path.exists():
        raise FileNotFoundError(
            f"The sandbox reads {path}, which is missing. The seeds are part of the repository:"
            " restore the file from git."
        )
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def read_catalogue() -> Catalogue:
    features = tuple(
        ProductFeature(
            kind=row["pendo_kind"],
            pendo_id=row["pendo_id"],
            name=row["feature"],
            area=row["area"],
            is_core=row["is_core_area"] == "true",
            is_key=row["is_key_feature"] == "true",
            is_value_action=row["is_value_action"] == "true",
        )
        for row in _rows("product_features")
    )
    entitlements: dict[tuple[str, str], set[str]] = {}
    for row in _rows("plan_entitlements"):
        item = (row["plan_code"], row["add_on_code"])
        entitlements.setdefault(item, set()).add(row["feature"])
    return Catalogue(
        features=features,
        entitlements={item: frozenset(names) for item, names in entitlements.items()},
        own_domains=tuple(row["domain"] for row in _rows("own_domains")),
        departments=tuple(row["department"] for row in _rows("own_functions")),
    )
