# SPDX-License-Identifier: ISC
"""What the daemon promises, seen from its sockets. Prints TAP.

Usage: daemon_cases.py VALIDATORD [NAME ...]"""

import sys

import daemon_clients  # noqa: F401 -- each import adds its cases
import daemon_deny  # noqa: F401
import daemon_life  # noqa: F401
import daemon_parts  # noqa: F401
import daemon_verdicts  # noqa: F401
from case_runner import main
from daemon_driver import Server

if __name__ == "__main__":
    sys.exit(main(Server))
