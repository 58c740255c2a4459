import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.paths import PROJECT_FOLDER, dbt_project_folder
from orchestration.preparation import (
    PreparationFailed,
    prepare_instance,
    prepare_manifest,
    project_fingerprint,
)


@pytest.fixture
def project(data: Path, small_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project that the test may change."""
    shutil.copytree(small_project.parent, data / "project")
    monkeypatch.setenv("DBT_PROJECT_DIR", str(data / "project" / "dbt_project"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(data / "dbt"))
    return dbt_project_folder()


def test_the_fingerprint_follows_models_and_seeds_and_nothing_that_dbt_writes(
    project: Path,
) -> None:
    before = project_fingerprint()
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_text("{}")
    assert project_fingerprint() == before
    (project.parent / "seeds" / "weights.csv").write_text("metric_group,group_weight\n")
    with_other_seed = project_fingerprint()
    (project / "models" / "new.sql").write_text("select 1 as one")
    assert len({before, with_other_seed, project_fingerprint()}) == 3


def test_a_server_adds_its_own_dagster_settings_and_keeps_those_of_the_repository(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = data / "storage.yaml"
    own.write_text("retention:\n  sensor:\n    purge_after_days: 3\n")
    monkeypatch.setenv("MORE_DAGSTER_SETTINGS", str(own))
    prepare_instance()
    settings = yaml.safe_load((data / "dagster" / "dagster.yaml").read_text())
    shared = yaml.safe_load((PROJECT_FOLDER / "orchestration" / "dagster.yaml").read_text())
    assert settings == shared | {"retention": {"sensor": {"purge_after_days": 3}}}


@pytest.mark.slow
def test_dbt_parses_again_only_after_a_change_and_says_what_it_cannot_read(project: Path) -> None:
    assert prepare_manifest()
    assert not prepare_manifest()
    (project / "models" / "broken.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(PreparationFailed, match="nowhere"):
        prepare_manifest()
    (project / "models" / "broken.sql").unlink()
    assert prepare_manifest()
