"""`make rollback`: publish an earlier version again, without computing anything."""

from datetime import UTC, datetime

from orchestration.paths import serving_folder
from orchestration.roll_backs import forget_rolled_back, note_rolled_back, rolled_back
from orchestration.serving import kept_versions, point_to, published_version


def roll_back(version: str | None) -> int:
    """Let readers see an earlier version; the next run publishes anew and so ends the roll-back.

    Left to choose, it passes over versions that were rolled back from before: they are known to be
    bad. Whoever names one gets it.

    Raises:
        ValueError: there is no such version; the message lists those that are kept.
    """
    serving = serving_folder()
    kept, current = kept_versions(serving), published_version(serving)
    known_bad = rolled_back(serving)
    earlier = [name for name in kept if current and name < current and name not in known_bad]
    chosen = version or (earlier[-1] if earlier else None)
    if chosen not in kept:
        listed = [f"{name} (rolled back)" if name in known_bad else name for name in kept]
        raise ValueError(
            f"There is no version {chosen or 'before the published one'} to roll back to. "
            f"Kept: {', '.join(listed) or 'none'}; published: {current or 'none'}."
        )
    # Noted first: if this is killed here, the same command again does the rest.
    undone = [name for name in kept if current and chosen < name <= current]
    note_rolled_back(serving, undone, datetime.now(UTC).replace(tzinfo=None))
    forget_rolled_back(serving, chosen)
    point_to(serving, chosen)
    print(f"Published again: {chosen} (before: {current}). The next run publishes anew.")
    return 0
