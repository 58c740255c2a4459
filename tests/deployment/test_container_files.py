"""The container files as far as they can be read without containers: that they fit together, and
the code. What they start is tried by deployment/try_without_containers.py."""

import os
import re
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from ingestion.sandbox.credentials import VENDORS, dlt_environment
from orchestration.paths import PROJECT_FOLDER
from orchestration.preparation import set_environment

FOLDER = PROJECT_FOLDER / "deployment"
CONTAINERFILE = (FOLDER / "Containerfile").read_text()


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    return yaml.safe_load((FOLDER / name).read_text())


def image_environment() -> dict[str, str]:
    block = re.search(r"^ENV (PATH=.*?[^\\])\n\n", CONTAINERFILE, re.DOTALL | re.MULTILINE)[1]
    return dict(line.split("=", 1) for line in block.replace("\\\n", " ").split())


def test_everything_that_the_image_copies_is_there_and_let_into_its_context() -> None:
    ignored = (PROJECT_FOLDER / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert [path for path in copied if not (PROJECT_FOLDER / path).exists()] == []
    assert set(copied) == let_in
    assert "*" in ignored


def test_pages_that_messages_refer_to_are_in_the_image_with_what_they_link_to() -> None:
    copied = re.findall(r"^COPY (docs/\S+) \1$", CONTAINERFILE, re.MULTILINE)
    told = {
        page
        for path in PROJECT_FOLDER.glob("orchestration/*.py")
        for page in re.findall(r"(?:docs/runbooks|\{RUNBOOKS\})/\w+\.md", path.read_text())
    }
    pages = {PROJECT_FOLDER / page.replace("{RUNBOOKS}", "docs/runbooks") for page in told}
    assert len(pages) >= 3
    for page in (PROJECT_FOLDER / "docs/runbooks").glob("*_*.md"):
        links = re.findall(r"\]\(([\w./]+\.md)\)", page.read_text())
        pages |= {(page.parent / link).resolve() for link in links}
    for page in pages:
        assert page.exists()
        assert any(page.is_relative_to(PROJECT_FOLDER / place) for place in copied), page


def test_commands_that_the_readme_names_exist() -> None:
    commands = set(
        re.findall(
            r'commands\.add_parser\("(\w+)"',
            (PROJECT_FOLDER / "orchestration/__main__.py").read_text(),
        )
    )
    named = re.findall(r"python -m orchestration (\w+)", (FOLDER / "README.md").read_text())
    assert {"run", "rollback", "doctor", "rescore"} <= set(named) <= commands


def test_keys_stay_out_of_the_image_and_out_of_the_repository() -> None:
    kept_out = [
        line
        for line in (PROJECT_FOLDER / ".dockerignore").read_text().splitlines()
        if line and not line.startswith(("!", "#"))
    ]
    assert any(fnmatch("deployment/.env", pattern) for pattern in kept_out[1:])
    ignored = (PROJECT_FOLDER / ".gitignore").read_text().splitlines()
    assert {"deployment/.env", ".dlt/secrets.toml"} <= set(ignored)


def test_every_image_is_pinned_and_none_is_latest() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^ARG PYTHON_IMAGE=(.*)$", CONTAINERFILE, re.MULTILINE)
    assert images
    for image in images:
        tag = re.search(r"^[\w./-]+:(\$\{CODE_VERSION|\d[\w.-]+)", image)
        assert tag and "latest" not in image, image


def test_uv_has_the_version_that_the_makefile_installs() -> None:
    pinned = re.search(r"uv==([\d.]+)", CONTAINERFILE)[1]
    assert f"UV_VERSION := {pinned}\n" in (PROJECT_FOLDER / "Makefile").read_text()


def test_the_image_sets_what_the_commands_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster is started directly there, without `python -m orchestration` around it."""
    image = image_environment()
    for name in ("DBT_TARGET_PATH", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ["WAREHOUSE_PATH"] = image["WAREHOUSE_PATH"]
    os.environ.pop("DBT_PROJECT_DIR", None)
    before = dict(os.environ)
    set_environment()
    set_by_commands = {k: v for k, v in os.environ.items() if before.get(k) != v}
    set_by_commands["WAREHOUSE_PATH"] = image["WAREHOUSE_PATH"]
    set_by_commands["DBT_PROJECT_DIR"] = "/app/dbt_project"
    assert set_by_commands.items() <= image.items()


def test_the_added_settings_repeat_none_of_those_that_are_shared() -> None:
    shared = yaml.safe_load((PROJECT_FOLDER / "orchestration" / "dagster.yaml").read_text())
    added = yaml.safe_load((FOLDER / "storage.yaml").read_text())
    assert set(added).isdisjoint(shared)
    assert shared["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert shared["run_monitoring"]["enabled"]
    assert shared["run_monitoring"]["free_slots_after_run_end_seconds"] > 0


def test_what_dagster_reads_from_the_environment_is_set_for_every_dagster_service() -> None:
    wanted = set()
    for name in ("storage.yaml", "workspace.yaml"):
        wanted |= set(re.findall(r"\{env: (\w+)\}", (FOLDER / name).read_text()))
    for name in ("code-location", "webserver", "daemon"):
        assert wanted <= set(compose()["services"][name]["environment"]), name


def test_only_the_code_location_gets_the_vendors_keys_and_may_write() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "env_file" in service] == [
        "code-location"
    ]
    writers = [
        name
        for name, service in services.items()
        if any(
            volume.startswith("data:/data") and not volume.endswith(":ro")
            for volume in service["volumes"]
        )
    ]
    assert writers == ["code-location"]


def test_every_service_is_started_again_and_asked_for_its_health() -> None:
    for name, service in compose()["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name


def test_files_and_modules_in_the_commands_exist() -> None:
    for name, service in (
        compose()["services"] | compose("compose.sandbox.yaml")["services"]
    ).items():
        command = " ".join(service.get("command", []))
        for path in re.findall(r"--workspace (\S+)", command):
            assert (PROJECT_FOLDER / path).exists(), name
        for module in re.findall(r"(?:-m|--module-name) (\S+)", command):
            path = PROJECT_FOLDER / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_the_sandboxs_keys_and_addresses_are_those_that_it_takes() -> None:
    services = compose("compose.sandbox.yaml")["services"]
    ports = services["sandbox"]["command"][-1].split(",")
    expected = dlt_environment(dict(zip(VENDORS, map(int, ports), strict=True)))
    assert expected.items() <= services["code-location"]["environment"].items()


def test_every_setting_is_documented() -> None:
    """What the code reads from the environment, and what the container files do."""
    names = set()
    for path in [
        *PROJECT_FOLDER.glob("orchestration/*.py"),
        *PROJECT_FOLDER.glob("ingestion/**/*.py"),
    ]:
        names |= set(
            re.findall(r"environ(?:\.get\(|\[|ment\.get\()\"([A-Z_]+)\"", path.read_text())
        )
    names |= set(
        re.findall(r"env_var\('(\w+)'", (PROJECT_FOLDER / "dbt_project/profiles.yml").read_text())
    )
    for name in (
        "compose.yaml",
        "compose.sandbox.yaml",
        "storage.yaml",
        "workspace.yaml",
        ".env.example",
    ):
        text = (FOLDER / name).read_text()
        names |= set(re.findall(r"\$\{(\w+)", text) + re.findall(r"\{env: (\w+)\}", text))
        names |= set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE))
    names |= set(image_environment()) - {"PATH"}
    readme = (FOLDER / "README.md").read_text()
    assert sorted(name for name in names if f"`{name}`" not in readme) == []
