# SPDX-License-Identifier: ISC
# Alpaca's documented sequence against the built brokerd, and what the end user
# sees of it: the account page, the connected apps, the calls that they made.
. "$top_srcdir/tests/unit/brokerd_stage.sh"
need curl

make_store
start_server

mint() # USER [MORE...]
{
	user=$1
	shift
	"$brokerd" token --store s --user "$user" --app trader "$@"
}
no_scope='access token is not authorized for this scope'

# The API alone.
paper=$(mint alice --scope trading --env paper)
live=$(mint alice --scope trading --env live)
[ "$(api "$paper" /paper/v2/account)" = 200 ] &&
    grep -Eq '^\{"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","account_number":"PA[0-9A-Z]{10}","status":"ACTIVE","currency":"USD",' out &&
    grep -q '"cash":"0"' out && grep -q '"portfolio_value":"0"' out &&
    grep -q '"buying_power":"0"' out && grep -q '"multiplier":"1"' out &&
    grep -q '"daytrade_count":0' out && grep -q '"trading_blocked":false' out &&
    grep -q '"transfers_blocked":false' out && grep -q '"account_blocked":false' out &&
    grep -q '"pattern_day_trader":false' out && grep -q '"shorting_enabled":false' out &&
    grep -q '"trade_suspended_by_user":false' out &&
    grep -Eq '"created_at":"20[0-9-]{8}T[0-9:]{8}Z"\}$' out
ok "the account has Alpaca's fields and types"
grep -qi '^content-type: application/json' head &&
    grep -qi '^cache-control: no-store' head &&
    grep -qi '^x-ratelimit-limit: 200' head &&
    grep -Eqi '^x-ratelimit-remaining: 19[0-9]' head &&
    grep -Eqi '^x-ratelimit-reset: [0-9]{10}' head && ! grep -qi '^retry-after' head
ok "and says what is left of the limit"
[ "$(api "$live" /v2/account)" = 200 ] && grep -q '"account_number":"LV' out
ok "the live path has the live account"
[ "$(api "$paper" /v2/account)" = 403 ] && api_says 40310000 "$no_scope" &&
    [ "$(api "$live" /paper/v2/account)" = 403 ] && api_says 40310000 "$no_scope"
ok "a token of the other environment is refused"
unaccounted=$(mint carol --scope trading --env paper)
[ "$(api "$unaccounted" /paper/v2/account)" = 200 ] &&
    sql "UPDATE grants SET account = NULL WHERE id = (SELECT max(id) FROM grants)" &&
    [ "$(api "$unaccounted" /paper/v2/account)" = 403 ] && api_says 40310000 "$no_scope"
ok "a token without an account of that environment, too"
for env in paper live; do
	other=$(mint alice --scope trading --env $env \
	    --audience https://other.example.com)
	[ "$(api "$other" "$([ $env = live ] || echo /paper)/v2/account")" = 403 ] &&
	    api_says 40310000 "$no_scope" || bad=$env
done
[ -z "${bad:-}" ] && [ "$(api "$(mint alice --scope trading --env paper \
    --audience "$url")" /paper/v2/account)" = 200 ]
ok "a token made for another service alone is refused"
machine=$(http -u "trader:$(cat trader)" -d grant_type=client_credentials \
    -d scope=data "$url/oauth/token" | sed -n 's/.*"access_token":"\([^"]*\).*/\1/p')
[ -n "$machine" ] && [ "$(api "$machine" /paper/v2/account)" = 403 ]
ok "and one that an app got for itself"

unauthorized() # STATUS
{
	[ "$1" = 401 ] && api_says 40110000 'request is not authorized' &&
	    ! grep -qi '^www-authenticate' head
}
asked() { http -D head -o out -w '%{http_code}' "$@"; }
short=$(mint alice --env paper --expires 1s) && sleep 1.1
unauthorized "$(api nonsense /paper/v2/account)" &&
    unauthorized "$(api "" /paper/v2/account)" &&
    unauthorized "$(api "$short" /paper/v2/account)" &&
    unauthorized "$(asked "$url/v2/account")" &&
    unauthorized "$(asked -u "trader:$(cat trader)" "$url/v2/account")" &&
    unauthorized "$(asked -H "Authorization: Token $paper" "$url/paper/v2/account")"
ok "no token, a bad one and an expired one are not authorized"
unauthorized "$(asked "$url/paper/v2/account?access_token=$paper")" &&
    unauthorized "$(asked -X GET -d "access_token=$paper" "$url/paper/v2/account")"
ok "a token may come in the header only"
[ "$(asked -X POST -H "Authorization: Bearer $paper" "$url/paper/v2/account")" = 405 ]
ok "the account can only be read"
printf '%s' "$paper" | "$brokerd" revoke --store s > out &&
    unauthorized "$(api "$paper" /paper/v2/account)"
ok "a revoked token is not authorized"

# The limit: of this app on this account, whatever token.
busy=$(mint bob --scope trading --env live)
other=$(mint bob --scope trading --env live)
for i in $(seq 200); do
	printf 'url = "%s/v2/account"\n' "$url"
	printf 'header = "Authorization: Bearer %s"\n' "$busy"
	printf 'output = "out"\nwrite-out = "%%{http_code}\\n"\n'
	[ "$i" = 200 ] || echo next
done > calls
http -K calls > answers
[ "$(grep -c '^200$' answers)" = 200 ] && [ "$(wc -l < answers)" = 200 ]
ok "200 calls in a minute are answered"
[ "$(api "$busy" /v2/account)" = 429 ] && api_says 42910000 'rate limit exceeded' &&
    grep -qi '^x-ratelimit-limit: 200' head &&
    grep -qi '^x-ratelimit-remaining: 0' head &&
    grep -Eqi '^x-ratelimit-reset: [0-9]{10}' head &&
    grep -Eqi '^retry-after: ([1-9]|[1-5][0-9]|60).$' head
ok "the next one has to wait, and is told how long"
[ "$(api "$other" /v2/account)" = 429 ] && [ "$(api "$live" /v2/account)" = 200 ]
ok "another token of the same app and account waits, too, others do not"

stop_server
ok "SIGTERM stops it cleanly"
! grep -qF -e "$paper" log && ! grep -qF -e "$busy" log && ! grep -q 'could not be noted' log
ok "the log holds no token"
echo "1..$count"
