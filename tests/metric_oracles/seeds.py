"""The reference data that people edit, as they wrote it."""

from pathlib import Path

import pandas as pd

from orchestration.paths import PROJECT_FOLDER


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(Path(PROJECT_FOLDER) / "seeds" / f"{name}.csv")
