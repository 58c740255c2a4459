"""Who owns an asset of dbt: its group's owner."""

import dagster as dg
import pytest

from orchestration.dbt_graph import owners_of

MANIFEST = {
    "groups": {
        "group.project.scoring": {"name": "scoring", "owner": {"name": "Customer Success"}},
        "group.project.core": {"name": "core", "owner": {"name": "Sales Operations"}},
        "group.project.audit": {"name": "audit", "owner": {"email": "data@company.com"}},
    }
}


@pytest.mark.parametrize(
    ("group", "owner"),
    [("scoring", "team:customer_success"), ("core", "team:sales_operations")],
)
def test_the_function_that_owns_a_group_owns_its_assets(group: str, owner: str) -> None:
    assert owners_of(MANIFEST, dg.AssetSpec("asset", group_name=group)) == [owner]


def test_an_owner_with_an_email_is_kept_as_it_is() -> None:
    spec = dg.AssetSpec("asset", group_name="audit", owners=["data@company.com"])
    assert owners_of(MANIFEST, spec) == ["data@company.com"]


def test_an_asset_without_a_group_has_no_owner() -> None:
    assert owners_of(MANIFEST, dg.AssetSpec("asset")) == []
