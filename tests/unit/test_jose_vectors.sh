#!/bin/sh
# SPDX-License-Identifier: ISC
# Signed tokens and keys that others collected, through what is built here.
if ! command -v /usr/bin/python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP /usr/bin/python3 is not there"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec /usr/bin/python3 "$top_srcdir/tests/unit/jose_cases.py" \
	"$top_builddir/validatorctl/validatorctl" \
	"$top_builddir/tests/unit/jwk_lines"
