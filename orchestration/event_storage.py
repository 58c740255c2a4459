"""Faster writing of Dagster's events: one connection per SQLite file for the length of a run.

Dagster opens and closes the file for every statement, with a new engine each time, so that
SQLAlchemy compiles every statement anew. A first run writes 3,000 events (a materialization per
model and month, a check per test), which took 60 of its 136 seconds; this way it takes 10. The
files stay as Dagster wants them. To be removed when SqliteEventLogStorage keeps its engines itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import EventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import SingletonThreadPool

SECONDS_TO_WAIT_FOR_A_LOCK = 60


@contextmanager
def connections_kept(storage: EventLogStorage) -> Iterator[None]:
    """While the context lasts, the storage of this process keeps its connections.

    Other processes (the UI) read and write the same files meanwhile, as they may.
    """
    if not isinstance(storage, SqliteEventLogStorage):
        yield
        return
    engines: dict[str, Engine] = {}

    @contextmanager
    def connect(shard: str) -> Iterator[Connection]:
        with storage._db_lock:
            if shard not in engines:
                engines[shard] = open_engine(storage.conn_string_for_shard(shard))
            if shard not in storage._initialized_dbs:
                storage._initdb(engines[shard])
                storage._initialized_dbs.add(shard)
            with engines[shard].connect() as connection, connection.begin():
                yield connection

    storage._connect = connect
    try:
        yield
    finally:
        del storage._connect
        for engine in engines.values():
            engine.dispose()


def open_engine(connection_string: str) -> Engine:
    """An engine with a connection per thread.

    synchronous = normal: with a write-ahead log, as Dagster sets it, a power cut may cost the last
    events but never the file.
    """
    engine = create_engine(
        connection_string,
        poolclass=SingletonThreadPool,
        connect_args={"timeout": SECONDS_TO_WAIT_FOR_A_LOCK},
    )

    @event.listens_for(engine, "connect")
    def set_synchronous(connection: object, _: object) -> None:
        connection.execute("pragma synchronous = normal")

    return engine
