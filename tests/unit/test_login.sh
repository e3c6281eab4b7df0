#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the built daemon between terminals and browsers. The cases are in Python
# because they hold several conversations at once.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec /usr/bin/python3 "$top_srcdir/tests/unit/login_cases.py" \
	"$top_builddir/validatord/validatord"
