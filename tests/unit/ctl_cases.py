# SPDX-License-Identifier: ISC
"""The cases of validatorctl, as TAP. Arguments: the program, then the names
of cases to run alone."""

import sys
import traceback

import ctl_asking
import ctl_command_line
import ctl_issuer
import ctl_log
import ctl_offline
import ctl_real
import ctl_texts
from ctl_driver import Place, Skip


def cases():
    found = []
    for module in (ctl_asking, ctl_command_line, ctl_issuer, ctl_log,
                   ctl_offline, ctl_real, ctl_texts):
        found += [(name[5:], thing) for name, thing in vars(module).items()
                  if name.startswith("case_")]
    return [c for c in found if len(sys.argv) < 3 or c[0] in sys.argv[2:]]


def run_case(function):
    place = Place(sys.argv[1])
    try:
        function(place)
    finally:
        place.remove()


def main():
    failed = 0
    chosen = cases()
    print("1..%d" % len(chosen), flush=True)
    for number, (name, function) in enumerate(chosen, 1):
        name = name.replace("_", " ")
        try:
            run_case(function)
            print("ok %d - %s" % (number, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (number, name, why), flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
