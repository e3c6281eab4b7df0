#!/bin/sh
# SPDX-License-Identifier: ISC
# The built daemon and an authorization server that signs.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
if [ ! -x "$top_builddir/tests/unit/jws_signer" ]; then
	echo "1..0 # SKIP jws_signer is not built"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE top_builddir
exec /usr/bin/python3 "$top_srcdir/tests/unit/jwt_cases.py" \
	"$top_builddir/validatord/validatord"
