#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the built validatorctl against a daemon that only says what it is told.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec /usr/bin/python3 "$top_srcdir/tests/unit/ctl_cases.py" \
	"$top_builddir/validatorctl/validatorctl"
