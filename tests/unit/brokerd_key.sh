# SPDX-License-Identifier: ISC
# Signing keys of the built brokerd: the command, the endpoint, and both at once.
. "$top_srcdir/tests/unit/brokerd_stage.sh"
need curl python3

key() { "$brokerd" key "$@" --store s; }
id() { sed -n "s/^$1 *\\([A-Za-z0-9_-]\\{43\\}\\)  20[0-9: -]* UTC\$/\\1/p" out; }
kids() { grep -o '"kid":"[^"]*"' jwks | sed 's/.*:"//; s/"//' | sort; }

"$brokerd" init --store s > out || exit 99
exits 0 key list && [ ! -s out ] && grep -q '^no keys yet' err
ok "a new store has no keys, and list says so"
exits 64 "$brokerd" key && exits 64 key make && exits 64 "$brokerd" key list &&
    exits 64 key list extra && exits 64 key rotate --nonsense
ok "key refuses verbs and options that it does not have"
exits 78 "$brokerd" key list --store none
ok "key needs a store"

"$brokerd" init --store t > out || exit 99
pids=
for each in 1 2 3 4; do
	"$brokerd" key rotate --store t --force > "out$each" 2>&1 &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || failed=yes
done
[ -z "${failed:-}" ] && exits 0 "$brokerd" key list --store t &&
    [ -n "$(id current)" ] && [ -n "$(id next)" ] && [ "$(wc -l < out)" -eq 7 ]
ok "four processes at once make two first keys and rotate four times"

start_server

exits 0 key list && first=$(id current) && second=$(id next) &&
    [ -n "$first" ] && [ -n "$second" ] && [ "$(wc -l < out)" -eq 3 ] &&
    exits 0 key list --json && [ "$(wc -l < out)" -eq 2 ] &&
    grep -q "^{.state.:.current.,.key.:.$first.,.since.:" out
ok "serve makes a current and a next key"
http -D head -o jwks "$url/oauth/jwks"
grep -q '^HTTP/1.1 200' head &&
    grep -qi '^content-type: application/json' head &&
    grep -qi '^cache-control: max-age=300' head &&
    [ "$(kids)" = "$(printf '%s\n' "$first" "$second" | sort)" ]
ok "the endpoint publishes both, cacheable"
grep -q '^{"keys":\[{"kty":"RSA","use":"sig","alg":"RS256","kid":' jwks &&
    ! grep -Eq '"(d|p|q|dp|dq|qi|oth|k)":' jwks
ok "nothing private is published"
[ "$(http -o out -w '%{http_code}' -d x=1 "$url/oauth/jwks")" = 405 ]
ok "the endpoint is only read"

exits 0 key rotate && [ "$(id retired)" = "$first" ] &&
    [ "$(id current)" = "$second" ] && third=$(id next) &&
    [ -n "$third" ] && [ "$third" != "$first" ] && [ "$third" != "$second" ]
ok "rotate turns next into current and current into retired"
http -o jwks "$url/oauth/jwks"
[ "$(kids)" = "$(printf '%s\n' "$first" "$second" "$third" | sort)" ]
ok "the running broker publishes the retired key and the new one"
[ "$(sql "SELECT actor || ' ' || action || ' ' || subject FROM audit
    WHERE action = 'key.rotate'")" = "shell key.rotate key $second" ]
ok "a rotation is in the audit trail"
sql "UPDATE signing_keys SET retired = retired - 86400
    WHERE state = 'retired'"
http -o jwks "$url/oauth/jwks"
[ "$(kids)" = "$(printf '%s\n' "$second" "$third" | sort)" ] &&
    exits 0 key list && [ -z "$(id retired)" ]
ok "a day later the retired key is gone"

exits 0 key rotate --force && exits 1 key rotate && grep -q "five minutes" err
ok "two rotations within five minutes have to be wanted"
turns=3
while [ $turns -lt 16 ]; do
	key rotate --force > out 2> err || break
	turns=$((turns + 1))
done
[ $turns -eq 16 ] && exits 1 key rotate --force && grep -q '24 hours' err &&
    [ "$(sql 'SELECT count(*) FROM signing_keys')" = 16 ]
ok "more rotations than fit into a day are refused"

[ "$(sql "SELECT quote(private) FROM signing_keys
    WHERE state = 'current'" | cut -c1-4)" = "X'30" ] &&
    sql "UPDATE signing_keys SET private = x'3003020100'
    WHERE state = 'current'" &&
    [ "$(http -o out -w '%{http_code}' "$url/oauth/jwks")" = 500 ] &&
    grep -q server_error out && grep -q 'signing keys cannot be read' log
ok "a damaged key is told, to the log and to who asks"
stop_server
ok "the broker stops cleanly after that"
echo "1..$count"
