# SPDX-License-Identifier: ISC
"""Runs the cases that were added to CASES, each with a server and a daemon of
its own. Prints TAP."""

import os
import sys
import traceback

from daemon_driver import CASES, Daemon, Skip


def run_case(binary, make_server, function, settings):
    server = make_server()
    daemon = Daemon(binary, server, settings.get("discover", False))
    try:
        if "configure" in settings:
            settings["configure"](daemon)
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
        server.stop()


def main(make_server):
    binary = os.path.abspath(sys.argv[1])
    chosen = [c for c in CASES
              if len(sys.argv) < 3 or c[0].__name__ in sys.argv[2:]]
    failed = 0
    print("1..%d" % len(chosen), flush=True)
    for number, (function, settings) in enumerate(chosen, 1):
        name = function.__name__.replace("_", " ")
        try:
            run_case(binary, make_server, function, settings)
            print("ok %d - %s" % (number, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (number, name, why), flush=True)
        except BaseException:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0
