# SPDX-License-Identifier: ISC
# Events as a receiver hears them; see brokerd_push.py.
command -v python3 > /dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
exec python3 -B "$top_srcdir/tests/unit/brokerd_push.py"
