"""The asset graph as text, so that a change shows its blast radius in one diff."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.paths import PROJECT_FOLDER

SNAPSHOT = PROJECT_FOLDER / "tests" / "orchestration" / "asset_graph.txt"
HEADING = """\
# Every asset: its key, what it reads, and in one line its group, owners, kinds and partitions.
# Compared with the code by tests/orchestration/test_graph.py; `make graph` writes it anew.
"""


def describe_graph(definitions: dg.Definitions) -> str:
    """One block per asset, in the order of the keys."""
    return HEADING + "\n" + "\n".join(asset_lines(definitions)) + "\n"


def asset_lines(definitions: dg.Definitions) -> Iterator[str]:
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        facts = [
            f"group {node.group_name}",
            f"owners {', '.join(node.owners) or 'none'}",
            f"kinds {', '.join(sorted(node.kinds)) or 'none'}",
            "monthly" if node.partitions_def else "no partitions",
        ]
        yield f"{key.to_user_string()}"
        yield f"    {'; '.join(facts)}"
        for parent in sorted(node.parent_keys):
            yield f"    <- {parent.to_user_string()}"


def write_graph(path: Path = SNAPSHOT) -> int:
    from orchestration.definitions import defs

    path.write_text(describe_graph(defs))
    print(f"Written: {path.relative_to(PROJECT_FOLDER)}")
    return 0
