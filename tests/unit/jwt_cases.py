# SPDX-License-Identifier: ISC
"""Tokens that are verified here, seen from the daemon's sockets. Prints TAP.

Usage: jwt_cases.py VALIDATORD [NAME ...]"""

import sys

import jwt_answers  # noqa: F401 -- each import adds its cases
import jwt_both  # noqa: F401
import jwt_cache  # noqa: F401
import jwt_discovery  # noqa: F401
import jwt_verdicts  # noqa: F401
from case_runner import main
from jwt_driver import SigningServer

if __name__ == "__main__":
    sys.exit(main(SigningServer))
