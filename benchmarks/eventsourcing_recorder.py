"""The PyPI package `eventsourcing` as a peer: appends a second of its PostgreSQL recorder. Run by `append.py`.

It runs under an interpreter that has it (`pip install "eventsourcing[postgres]"`), since the project does not need it.
Arguments: the socket's folder, database, user, seconds, threads; the password comes as PGPASSWORD.
"""

import os
import sys
import threading
import time
import uuid

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

STATE = b'{"title": "A title of usual length", "outcome": "' + b"yes and no " * 10 + b'", "reference": null}'


def main(folder: str, database: str, user: str, seconds: float, threads: int) -> None:
    datastore = PostgresDatastore(
        dbname=database,
        host=folder,
        port="5432",
        user=user,
        password=os.environ["PGPASSWORD"],
        schema="public",
        pool_size=threads,
        max_overflow=threads,
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name=f"peer_{uuid.uuid4().hex}")
    recorder.create_table()
    counts = [0] * threads
    until = time.perf_counter() + seconds

    def write(number: int) -> None:
        while time.perf_counter() < until:
            event = StoredEvent(uuid.uuid4(), 1, "DecisionRecorded", STATE)
            recorder.insert_events([event])
            counts[number] += 1

    running = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    print(sum(counts) / seconds)
    datastore.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
