"""`make ui`: Dagster's web server and daemon over the runs that `make run` made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from orchestration.paths import PROJECT_FOLDER
from orchestration.preparation import prepare
from orchestration.vendor_access import vendor_access


def ui() -> int:
    """Serve until stopped; a sandbox runs beside it if no vendor is configured."""
    port = os.environ.get("PORT", "3000")
    with vendor_access() as access:
        prepare()
        access.wait()
        print(f"Dagster: http://localhost:{port} (Ctrl-C ends it)", flush=True)
        # A shell starts background jobs deaf to SIGINT, and Dagster then ignores SIGTERM too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server = subprocess.Popen(
            [
                Path(sys.executable).with_name("dagster"),
                *("dev", "--module-name", "orchestration.definitions"),
                *("--working-directory", str(PROJECT_FOLDER)),
                *("--port", port, "--host", "127.0.0.1"),
            ],
            cwd=PROJECT_FOLDER,
        )
        # Ended otherwise than by Ctrl-C, the server and its daemon would stay behind.
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.wait(timeout=60)
            return 0
