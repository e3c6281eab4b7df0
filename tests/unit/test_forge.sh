#!/bin/sh
# SPDX-License-Identifier: ISC
# A short round of bench/forge: no forgery is accepted, no real token refused,
# and they do not all fail by the same check.
forge=$top_builddir/bench/forge
: "${forgeries:=2000}"

result()
{
	if [ "$1" -eq 0 ]; then
		echo "ok $2 - $3"
	else
		echo "not ok $2 - $3"
	fi
}

echo "1..4"
out=$("$forge" --count "$forgeries" --seed 7 2> /dev/null)
result $? 1 "the exit status says that none was accepted"
echo "$out" | sed 's/^/# /'
line="$forgeries forgeries, 0 accepted; $((forgeries / 100)) real tokens, 0 refused"
[ "$(echo "$out" | tail -n 1)" = "$line" ]
result $? 2 "so does the last line"
missing=$(for reason in not_compact not_base64url header_malformed type_wrong \
    critical unencoded algorithm_missing algorithm_refused key_unknown \
    key_mismatch signature_length signature_wrong; do
	echo "$out" | grep -q "^ *[1-9][0-9]* $reason\$" || echo "$reason"
done)
[ -z "$missing" ]
result $? 3 "each check refused some of them $missing"
"$forge" --count none > /dev/null 2>&1
[ $? -eq 64 ]
result $? 4 "wrong usage is told"
