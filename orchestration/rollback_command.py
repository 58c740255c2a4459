"""`make rollback`: publish an earlier version again, without computing anything."""

from orchestration.paths import serving_folder
from orchestration.serving import kept_versions, point_to, published_version


def roll_back(version: str | None) -> int:
    """Let readers see an earlier version; the next run publishes anew and so ends the roll-back.

    Raises:
        ValueError: there is no such version; the message lists those that are kept.
    """
    serving = serving_folder()
    kept, current = kept_versions(serving), published_version(serving)
    earlier = [name for name in kept if current and name < current]
    chosen = version or (earlier[-1] if earlier else None)
    if chosen not in kept:
        raise ValueError(
            f"There is no version {chosen or 'before the published one'} to roll back to. "
            f"Kept: {', '.join(kept) or 'none'}; published: {current or 'none'}."
        )
    point_to(serving, chosen)
    print(f"Published again: {chosen} (before: {current}). The next run publishes anew.")
    return 0
