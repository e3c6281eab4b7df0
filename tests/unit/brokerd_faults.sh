# SPDX-License-Identifier: ISC
# The fault menu of the built brokerd: what is on it happens, from a shell and
# from the operator's page, and nothing happens without --faults.
. "$top_srcdir/tests/unit/browser.sh"

make_store

token() # [MORE...]: HTTP status; the answer is in `answer`
{
	http -D head -o answer -w '%{http_code}' -u "trader:$(cat trader)" \
	    -d grant_type=client_credentials "$@" "$url/oauth/token"
}
introspection()
{
	http -D head -o answer -w '%{http_code}' -u "gate:$(cat gate)" \
	    --data-urlencode "token=$mint" "$url/oauth/introspect"
}
account()
{
	http -D head -o answer -w '%{http_code}' \
	    -H "Authorization: Bearer $mint" "$url/paper/v2/account"
}
fault() { verb=$1; shift; "$brokerd" fault "$verb" --store s "$@"; }
is_well() # all three answer as they should
{
	[ "$(token)" = 200 ] && grep -q '"expires_in":3600' answer &&
	    [ "$(introspection)" = 200 ] && grep -q '"active":true' answer &&
	    grep -q '"exp":[0-9]' answer && [ "$(account)" = 200 ]
}
mint=$("$brokerd" token --store s --user alice --app trader --scope data)

# From the command line.
refused() { "$brokerd" fault "$@" 2> err; [ $? -eq 64 ] && [ -s err ]; }
refused && refused mend --store s && refused set --store s --kind slow &&
    refused set --store s --kind odd --on token &&
    refused set --store s --kind slow --on odd &&
    refused set --store s --kind slow --on token --wait 61s &&
    refused set --store s --kind slow --on token --wait 5 &&
    refused set --store s --kind slow --on token --next 0 &&
    refused set --store s --kind slow --on token --next 1000001 &&
    refused list --store s --kind slow && refused clear --store s --next 2 &&
    [ -z "$(fault list)" ]
ok "what is not on the menu is refused"
fault set --kind slow --on token --wait 300ms --next 3 &&
    fault set --kind 5xx --on all && fault set --kind slow --on token --next 1 &&
    [ "$(fault list)" = "slow on token, 1s, the next 1 request
5xx on all, every request" ]
ok "one of a kind and place is kept, and told"
fault clear && [ -z "$(fault list)" ]
ok "clear clears"

# Without --faults.
start_server
for kind in slow drop 429 5xx no_expires_in wrong_type; do
	fault set --kind $kind --on all --wait 1m
done
is_well && is_well && [ "$(fault list | wc -l)" = 6 ] && ! grep -q faults log
ok "without --faults nothing happens"

sign_in carol carousel && [ "$(visit /operator/faults)" = 200 ] &&
    grep -q 'The menu is off' page && ! grep -q 'value="set"' page &&
    ! grep -q 'value="clear"' page && grep -q 'answers 503' page &&
    [ "$(post /operator/faults -d act=clear)" = 409 ] &&
    [ "$(fault list | wc -l)" = 6 ]
ok "the page says that the menu is off, and is"
stop_server

# With --faults.
fault clear
start_server --faults
grep -q 'warning.*--faults' log || grep -q -- '--faults' log
ok "the log warns of --faults at the start"
is_well
ok "with an empty menu nothing happens"

fault set --kind 429 --on token --wait 7s && [ "$(token)" = 429 ] &&
    grep -qi '^retry-after: 7' head && [ "$(introspection)" = 200 ] &&
    [ "$(account)" = 200 ] && [ "$(token)" = 429 ]
ok "429 carries Retry-After, where it was set and nowhere else"
fault clear && fault set --kind 429 --on introspect --wait 1200ms &&
    [ "$(introspection)" = 429 ] && grep -qi '^retry-after: 2' head &&
    [ "$(token)" = 200 ]
ok "Retry-After is whole seconds"
fault clear && fault set --kind 5xx --on api --next 2 &&
    [ "$(account)" = 503 ] && [ "$(introspection)" = 200 ] &&
    [ "$(account)" = 503 ] && grep -q '^{"code":50310000,"message":' answer &&
    [ "$(account)" = 200 ] && [ -z "$(fault list)" ]
ok "5xx is 503, for as many requests as was said"
fault set --kind no_expires_in --on all && [ "$(token)" = 200 ] &&
    grep -q '"access_token":' answer && ! grep -q expires_in answer &&
    [ "$(introspection)" = 200 ] && grep -q '"active":true' answer &&
    ! grep -q '"exp"' answer && grep -q '"iat":[0-9]' answer
ok "no_expires_in leaves the expiry out and all else in"
fault clear && fault set --kind wrong_type --on all && [ "$(token)" = 200 ] &&
    grep -q '"expires_in":"3600"' answer && [ "$(introspection)" = 200 ] &&
    grep -q '"active":"true"' answer && grep -q '"exp":"[0-9]*"' answer &&
    [ "$(account)" = 200 ] && grep -q ':"false"' answer &&
    http "$url/.well-known/oauth-authorization-server" |
    grep -q '"authorization_response_iss_parameter_supported":"true"'
ok "wrong_type makes strings of numbers and booleans"
fault clear && fault set --kind drop --on token --next 1
token > out
[ $? -eq 52 ] && [ "$(token)" = 200 ]
ok "drop closes the connection without an answer"

# Others are answered while a slow request waits, and it waits still. This
# server is killed: else it would stop only when the minute is over.
fault set --kind slow --on introspect --wait 1m --next 1
http -o slow -m 300 -u "gate:$(cat gate)" -d token=x "$url/oauth/introspect" &
slow=$!
until [ -z "$(fault list)" ] || ! kill -0 $slow; do sleep 0.1; done
is_well && kill -0 $slow && [ ! -s slow ]
ok "slow waits, and others are answered meanwhile"
{ kill -KILL "$server" && wait "$server" $slow; } 2> out
start_server --faults
fault set --kind slow --on token --wait 50ms && [ "$(token)" = 200 ] &&
    grep -q '"expires_in":3600' answer
ok "what was slow is right all the same"
fault set --kind 429 --on token && fault set --kind no_expires_in --on api &&
    [ "$(token)" = 429 ] && [ "$(visit /account)" = 200 ] && [ "$(visit /style.css)" = 200 ]
ok "faults go together, and pages are never struck"
fault clear

# From the page.
jar=jar.nobody
[ "$(visit /operator/faults)" = 303 ] && sign_in alice wonder &&
    [ "$(visit /operator/faults)" = 403 ] &&
    [ "$(post /operator/faults -d 'act=set&kind=5xx&target=all')" = 403 ] &&
    [ -z "$(fault list)" ]
ok "the page is for operators only"
sign_in carol carousel && [ "$(visit /operator/faults)" = 200 ] &&
    ! grep -q 'The menu is off' page && grep -q 'No fault is set' page &&
    [ "$(visit /operator/faults -d 'act=set&kind=5xx&target=all')" = 403 ] && [ -z "$(fault list)" ]
ok "a fault without the form's token is refused"
[ "$(post /operator/faults -d 'act=set&kind=slow&target=api&wait=never&next=no')" = 200 ] &&
    grep -q 'Write a time' page && grep -q 'Write a number' page &&
    grep -q 'value="never"' page && grep -q 'value="slow" checked' page &&
    grep -q 'value="api" checked' page && [ -z "$(fault list)" ]
ok "a wrong form comes back filled"
[ "$(post /operator/faults -d 'act=set&kind=odd&target=api')" = 400 ] &&
    visit /operator/faults > out &&
    [ "$(post /operator/faults -d 'act=set&kind=slow')" = 400 ] &&
    [ -z "$(fault list)" ]
ok "a fault that is not on the menu is refused"
visit /operator/faults > out
[ "$(post /operator/faults -d 'act=set&kind=429&target=api&wait=3s&next=1')" = 303 ] &&
    [ "$(visit '/operator/faults?notice=fault-set')" = 200 ] &&
    grep -q 'The fault is set' page && grep -q '[ >]3s' page &&
    [ "$(account)" = 429 ] && grep -qi '^retry-after: 3' head &&
    grep -q '^{"code":42910000,"message":' answer &&
    [ "$(account)" = 200 ]
ok "the page sets a fault"
fault set --kind 5xx --on all && visit /operator/faults > out &&
    [ "$(post /operator/faults -d act=clear)" = 303 ] && [ -z "$(fault list)" ] &&
    is_well
ok "the page clears them"

stop_server
ok "SIGTERM stops it cleanly"
echo "1..$count"
