#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the profile alpaca, in the built validatord, against the built brokerd.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
if [ ! -x "$top_builddir/brokerd/brokerd" ]; then
	echo "1..0 # SKIP brokerd is not built"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec /usr/bin/python3 "$top_srcdir/tests/unit/alpaca_cases.py" "$top_builddir"
