"""`make up`: the services on private servers, running until Ctrl-C; the data stays."""

import signal
import sys
from pathlib import Path

from deploy.local.servers import ServerError
from deploy.local.stack import Stack

FOLDER = Path(__file__).parents[2] / ".local" / "up"


def addresses(stack: Stack) -> str:
    """Say where everything is."""
    docs = [f"  {service:<14} {url}/docs" for service, url in stack.urls.items()]
    lines = ["五星 is running:", *docs, f"  logs           {stack.log}", "Ctrl-C stops it."]
    return "\n".join(lines)


def main() -> int:
    """Start, say where, wait for SIGINT or SIGTERM, stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Stack(FOLDER) as stack:
            print(addresses(stack), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("stopped")
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
