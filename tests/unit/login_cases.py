# SPDX-License-Identifier: ISC
"""What a login that waits for a person promises. Prints TAP.

Usage: login_cases.py VALIDATORD [NAME ...]"""

import sys

import login_attacks  # noqa: F401 -- each import adds its cases
import login_device  # noqa: F401
import login_flows  # noqa: F401
import login_life  # noqa: F401
import login_programs  # noqa: F401
import login_revoked  # noqa: F401
import login_ssh_key  # noqa: F401
import login_tool  # noqa: F401
from case_runner import main
from login_driver import Broker

if __name__ == "__main__":
    sys.exit(main(Broker))
