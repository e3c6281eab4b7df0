#!/bin/sh
# SPDX-License-Identifier: ISC
# The built daemon and the built brokerd: what becomes of grants.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
if [ ! -x "$top_builddir/brokerd/brokerd" ]; then
	echo "1..0 # SKIP brokerd is not built"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE top_builddir top_srcdir
exec /usr/bin/python3 "$top_srcdir/tests/unit/grants_cases.py" \
	"$top_builddir/validatord/validatord"
