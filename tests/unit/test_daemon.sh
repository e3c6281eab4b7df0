#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the built daemon against an authorization server of our own. The cases
# are in Python because they need a thousand clients at once.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec /usr/bin/python3 "$top_srcdir/tests/unit/daemon_cases.py" \
	"$top_builddir/validatord/validatord"
