# SPDX-License-Identifier: ISC
"""What the daemon promises, seen from its sockets. Prints TAP.

Usage: daemon_cases.py VALIDATORD [NAME ...]"""

import os
import sys
import traceback

import daemon_clients  # noqa: F401 -- each import adds its cases
import daemon_life  # noqa: F401
import daemon_parts  # noqa: F401
import daemon_verdicts  # noqa: F401
from daemon_driver import CASES, Daemon, Server, Skip

BINARY = os.path.abspath(sys.argv[1])


def run_case(function, settings):
    server = Server()
    daemon = Daemon(BINARY, server, settings.get("discover", False))
    try:
        if "issuer" in settings:
            daemon.write_config(issuer=settings["issuer"])
        if settings.get("start", True):
            daemon.start(before=settings.get("before"))
        function(daemon, server)
        if daemon.process is not None:
            code = daemon.stop()
            assert code == 0, "ended with %r: %s" % (
                code, daemon.stderr()[-2000:])
    finally:
        daemon.remove()


def main():
    chosen = [c for c in CASES
              if len(sys.argv) < 3 or c[0].__name__ in sys.argv[2:]]
    failed = 0
    print("1..%d" % len(chosen), flush=True)
    for number, (function, settings) in enumerate(chosen, 1):
        name = function.__name__.replace("_", " ")
        try:
            run_case(function, settings)
            print("ok %d - %s" % (number, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (number, name, why), flush=True)
        except BaseException:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
