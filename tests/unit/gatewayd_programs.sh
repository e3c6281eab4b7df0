# What programs ask: login codes, forward-auth, events, metrics, metadata.
. "$top_srcdir/tests/unit/gatewayd_stage.sh"

secret=0123456789abcdef-event
printf '%s\n' "$secret" > event.token
chmod 600 event.token
start_decide
start_gate 'code_rate = 0' 'page_rate = 0' "event_token_file = $dir/event.token" \
    'metrics = loopback'
metadata='resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource"'
deny='"result":"deny","sentence":"a \"scope\" is missing","ref":"r-1"'
slow='{"result":"unavailable","reason":"as_timeout","sentence":"slow","retry_after":9}'

code() { visit /code -H 'Authorization: Bearer t0ken' "$@"; }
form='user=alice&service=sshd&host=paper-1'
answer code '{"result":"code","code":"sg-abc","seconds":60}'
[ "$(code -d "$form")" = 200 ] && grep -qx '{"code":"sg-abc","expires_in":60}' page
ok "a token is exchanged for a code"
asked_with token t0ken && asked_with user alice && asked_with service sshd &&
    asked_with host paper-1 && asked_with rhost 127.0.0.1
ok "decide is asked with all of it"
header Cache-Control no-store && header Content-Type application/json
ok "no cache keeps a code"
rm -f run/asked
long=$(printf %016384d 7)
printf 'header = "Authorization: Bearer %s"\n' "$long" > token.curl
[ "$(visit /code -K token.curl -d "$form")" = 200 ] && asked_with token "$long"
ok "a token of 16 KiB is carried"
rm -f run/asked
printf 'header = "Authorization: Bearer %s7"\n' "$long" > token.curl
[ "$(visit /code -K token.curl -d "$form")" = 401 ] && nothing_asked
ok "one octet more is not"
[ "$(visit /code -d "$form")" = 401 ] && nothing_asked &&
    header WWW-Authenticate "Bearer realm=\"scopegate\", $metadata"
ok "without a token nothing but the scheme is told"
for bad in 'Bearer' 'Bearer ' 'Bearer a b' 'Bearer =a' 'Bearer a"' 'Basic dDow' \
    'Bearert' 'Bearer a,b'; do
	[ "$(visit /code -H "Authorization: $bad" -d "$form")" = 401 ] &&
	    nothing_asked && header WWW-Authenticate \
	    "Bearer realm=\"scopegate\", error=\"invalid_token\", $metadata"
	ok "no token: $bad"
done
[ "$(code -H 'Authorization: Bearer other' -d "$form")" = 400 ] && nothing_asked
ok "two tokens are none"
[ "$(code -H 'Accept: a/b' -H 'Accept: c/d' -d "$form")" = 200 ]
ok "a list may go on in a second line"
rm -f run/asked
for bad in 'service=sshd&host=h' 'user=a&host=h' 'user=a&service=sshd' \
    "$form&user=bob" 'user=&service=s&host=h' 'user=%00&service=s&host=h' \
    "user=$(printf %033d 0)&service=s&host=h" 'user=a%0Ab&service=s&host=h'; do
	[ "$(code -d "$bad")" = 400 ] && nothing_asked &&
	    grep -q '"error":"invalid_request"' page
	ok "a form that is damaged is not carried on: $(echo "$bad" | cut -c1-30)"
done
[ "$(code -H 'Content-Type: application/json' -d '{}')" = 400 ] && nothing_asked
ok "nor one of another type"
[ "$(visit "/code?$form" -H 'Authorization: Bearer t0ken' -d '')" = 400 ] &&
    nothing_asked
ok "nor one in the address"
[ "$(visit /code -H 'Authorization: Bearer t0ken')" = 405 ] && header Allow POST
ok "a code is asked for by POST alone"
answer code "{$deny,\"error\":\"invalid_token\"}"
[ "$(code -d "$form")" = 401 ] && grep -q '"ref":"r-1"' page &&
    header WWW-Authenticate "Bearer realm=\"scopegate\", error=\"invalid_token\", error_description=\"a ?scope? is missing\", $metadata"
ok "a token that is no good gets 401 and why"
answer code "{$deny,\"error\":\"insufficient_scope\",\"missing\":[\"trading\",\"a:b\"]}"
[ "$(code -d "$form")" = 403 ] && header WWW-Authenticate \
    "Bearer realm=\"scopegate\", error=\"insufficient_scope\", error_description=\"a ?scope? is missing\", scope=\"trading a:b\", $metadata"
ok "one with too little gets 403 and what is missing"
answer code "{$deny,\"error\":\"invalid_token\",\"retry_after\":30}"
[ "$(code -d "$form")" = 429 ] && header Retry-After 30
ok "one that has tried too often gets 429 and when"
answer code '{"result":"invalid","sentence":"this is paper-1","host":"paper-1"}'
[ "$(code -d "$form")" = 400 ] && grep -qx \
    '{"error":"invalid_request","error_description":"this is paper-1","host":"paper-1"}' page
ok "a code for another host is refused, and the host named"
answer code "$slow"
[ "$(code -d "$form")" = 503 ] && header Retry-After 9 &&
    ! has_header WWW-Authenticate
ok "unavailable is no 401"

gate() { visit "/authorize?service=desk" -H 'Authorization: Bearer t0ken' "$@"; }
allow='"result":"allow","user":"alice","subject":"acct|1","client_id":"gate","issuer":"alpaca","environment":"paper","scopes":["trading","data"],"ref":"r-2","expires_at":1900000000'
rm -f run/asked
answer authorize "{$allow}"
[ "$(gate)" = 200 ] && asked_with service web:desk && asked_with token t0ken &&
    asked_with rhost 127.0.0.1
ok "a proxy's question is carried on"
header X-Auth-Request-User alice && header X-Auth-Request-Subject 'acct|1' &&
    header X-Auth-Request-Client gate &&
    header X-Auth-Request-Scopes 'trading data' &&
    header X-Auth-Request-Environment paper && header X-Auth-Request-Ref r-2
ok "the answer tells who it is"
answer authorize '{"result":"allow","user":"alice","subject":"a","scopes":[]}'
[ "$(gate)" = 200 ] && header X-Auth-Request-User alice &&
    ! has_header X-Auth-Request-Client
ok "who has no scopes is told, too"
answer authorize "{$allow}"
for method in POST PUT DELETE OPTIONS PROPFIND; do
	[ "$(gate -X $method)" = 200 ]
	ok "with any method: $method"
done
[ "$(http -I -o page -w '%{http_code}' -H 'Authorization: Bearer t' \
    "$url/authorize?service=desk")" = 200 ]
ok "with HEAD"
printf %070000d 0 > large
[ "$(gate --data-binary @large)" = 200 ]
ok "a body of the request that it is about does not matter"
rm -f run/asked
for bad in '' '?service=' '?service=desk&service=root' '?service=Desk' \
    '?service=a%2Fb' '?service=a%0A' '?service=%zz' '?Service=desk' \
    "?service=$(printf %061d 0)"; do
	[ "$(visit "/authorize$bad" -H 'Authorization: Bearer t')" = 400 ] &&
	    nothing_asked
	ok "a question without one service is none: $(echo "$bad" | cut -c1-30)"
done
[ "$(gate -H 'X-Forwarded-Uri: /?service=root' -d service=root)" = 200 ] &&
    asked_with service web:desk
ok "the service is that of the address alone"
for bad in '"user":"a\r\nX-Evil: 1"' '"user":"a\nb"' '"user":""' '"user":" a"' \
    '"user":"\u00e9"' '"user":7'; do
	answer authorize "$(printf '{%s}' "$allow" |
	    awk -v bad="$(echo "$bad" | sed 's/\\/\\\\/g')" \
	    '{ sub(/"user":"alice"/, bad); print }')"
	[ "$(gate)" = 503 ] && ! has_header X-Auth-Request-User &&
	    ! has_header X-Evil && ! has_header X-Auth-Request-Scopes
	ok "a user that no header may carry is not told by halves: $bad"
done
for bad in '"scopes":["a b"]' '"scopes":["a\r\nX-Evil: 1"]' '"scopes":["a",7]'; do
	answer authorize "$(printf '{%s}' "$allow" |
	    awk -v bad="$(echo "$bad" | sed 's/\\/\\\\/g')" \
	    '{ sub(/"scopes":\["trading","data"\]/, bad); print }')"
	[ "$(gate)" = 503 ] && ! has_header X-Auth-Request-User && ! has_header X-Evil
	ok "nor scopes: $bad"
done
answer authorize '{"result":"allow"}'
[ "$(gate)" = 503 ] && ! has_header X-Auth-Request-Scopes
ok "an answer without a user lets nobody in"
answer authorize "{$deny,\"error\":\"invalid_token\"}"
[ "$(gate)" = 401 ] && has_header WWW-Authenticate && ! has_header X-Auth-Request-User
ok "a token that is no good gets 401"
answer authorize "{$deny,\"error\":\"insufficient_scope\",\"missing\":[\"trading\"]}"
[ "$(gate)" = 403 ] && grep -q 'scope="trading"' head
ok "one with too little gets 403 with the scope"
answer authorize "{$deny,\"error\":\"insufficient_scope\",\"missing\":[\"x\\\", evil=\\\"1\"]}"
[ "$(gate)" = 403 ] && grep -q 'scope="x?, evil=?1"' head
ok "a scope does not break out of its quotes"
answer authorize "{$deny,\"error\":\"insufficient_user_authentication\",\"acr_values\":[\"gold\",\"x\\\"\"],\"max_age\":300}"
[ "$(gate)" = 401 ] && grep -q 'error="insufficient_user_authentication"' head &&
    grep -q 'acr_values="gold x?", max_age="300"' head
ok "one from too weak a sign-in gets 401 and what would do (RFC 9470)"
answer authorize "{$deny,\"error\":\"invalid_token\",\"missing\":[\"a\\r\\nX-Evil: 1\"]}"
[ "$(gate)" = 401 ] && ! has_header X-Evil
ok "nor into a header of its own"
for result in "$slow" '{"result":"redirect"}' '!close' '!error 4'; do
	answer authorize "$result"
	[ "$(gate)" = 503 ] && has_header Retry-After
	ok "unavailable is neither yes nor no: $result"
done
rm -f run/asked
[ "$(visit '/authorize?service=desk')" = 401 ] && nothing_asked &&
    ! grep -q error head
ok "no token: only the scheme is told"

b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
claims='{"iss":"https://as.example.com","jti":"j","iat":1,"events":{"https://schemas.example.com/x":{}}}'
jws() { printf '%s.%s.c2ln' "$(printf '{"alg":"RS256"}' | b64)" "$(printf '%s' "$1" | b64)"; }
push() # BODY [MORE...]
{
	body=$1
	shift
	visit /events -H 'Content-Type: application/secevent+jwt' \
	    -H "Authorization: Bearer $secret" --data-binary "$body" "$@"
}
answer event '{"result":"accepted","grants":2}'
[ "$(push "$(jws "$claims")")" = 202 ] && [ ! -s page ] &&
    asked_with document "$claims"
ok "an event is carried on"
rm -f run/asked
for bad in 'Bearer 0123456789abcdef-evenu' 'Bearer x' 'Basic x' \
    "Bearer ${secret}x"; do
	[ "$(visit /events -H 'Content-Type: application/secevent+jwt' \
	    -H "Authorization: $bad" --data-binary "$(jws "$claims")")" = 401 ] &&
	    nothing_asked && grep -q '"err":"authentication_failed"' page
	ok "not from somebody else: $bad"
done
[ "$(visit /events -H 'Content-Type: application/secevent+jwt' \
    --data-binary "$(jws "$claims")")" = 401 ] && nothing_asked
ok "nor from nobody"
for bad in '' 'a.b' 'a.b.c.d' 'x.y.z' "$(jws '{}')" "$(jws '[]')" "$(jws 'x')" \
    "$(jws '{"iss":"a","jti":"j","iat":1,"events":{}}')" \
    "$(jws '{"iss":"a","jti":"j","events":{"a":{}}}')" \
    "$(jws '{"iss":"a","iss":"b","jti":"j","iat":1,"events":{"a":{}}}')" \
    "$(jws "$claims" | sed 's/\./=./')" "$(jws "$claims" | sed 's/\./\n./')"; do
	[ "$(push "$bad")" = 400 ] && nothing_asked &&
	    grep -q '"err":"invalid_request","description":".' page
	ok "no event: $(echo "$bad" | tr '\n' ' ' | cut -c1-40)"
done
for type in application/json application/secevent+jwtx text/plain; do
	[ "$(push "$(jws "$claims")" -H "Content-Type: $type")" = 400 ] &&
	    nothing_asked
	ok "nor as $type"
done
answer event '{"result":"invalid","sentence":"no such event"}'
[ "$(push "$(jws "$claims")")" = 400 ] && grep -q 'no such event' page
ok "what decide does not understand is told"
answer event "$slow"
[ "$(push "$(jws "$claims")")" = 503 ] && has_header Retry-After
ok "an event that cannot be taken now may come again"

answer metadata '{"result":"metadata","host":"paper-1","issuers":["https://as.example.com"],"scopes":["trading"]}'
[ "$(visit /.well-known/oauth-protected-resource)" = 200 ] &&
    grep -qx '{"resource":"http://127.0.0.1","resource_name":"paper-1","authorization_servers":\["https://as.example.com"\],"scopes_supported":\["trading"\],"bearer_methods_supported":\["header"\]}' page
ok "the metadata of RFC 9728"
[ "$(visit /readyz)" = 200 ] && [ "$(visit /healthz)" = 200 ]
ok "alive and ready"
answer metrics '{"result":"metrics","uptime_s":7,"config_stale":true,"decisions":{"allow":5,"deny":2},"logins":{"waiting":3,"begun":9},"issuers":[{"name":"a\"b","breaker":"closed","asked":4,"failed":1}],"surprise":1,"x-y":{"A b":1},"cache":"x"}'
[ "$(visit /metrics)" = 200 ] && grep -qx 'scopegate_logins_waiting 3' page &&
    grep -qx 'scopegate_decisions_total{verdict="deny"} 2' page &&
    grep -qx 'scopegate_config_stale 1' page &&
    grep -qx 'scopegate_issuer_asked_total{issuer="a_b"} 4' page &&
    grep -qx 'scopegate_up 1' page &&
    grep -qx 'scopegate_gateway_requests_total{route="code",class="2xx"} 3' page
ok "the metrics of both"
! grep -q 'surprise\|x-y\|A b\|cache' page
ok "names are those that may be"
/usr/bin/python3 - page <<'P'
import re, sys
line = re.compile(r'^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[a-z0-9_]+"(,[a-z]+="[a-z0-9_]+")*\})? \d+)$')
sys.exit(any(not line.match(one) for one in open(sys.argv[1]).read().splitlines()))
P
ok "each line is what Prometheus reads"

rm -f run/asked
for path in / /style.css /icon.svg; do
	[ "$(visit $path)" = 200 ] && nothing_asked
	ok "$path is there"
done
for path in /x /l /code/ /authorize/x //code /../code /Code /events/ '/%63ode' \
    /.well-known/x; do
	[ "$(visit "$path" --path-as-is -H 'Authorization: Bearer t')" = 404 ] &&
	    nothing_asked
	ok "nothing is at $path"
done
for pair in '/callback POST' '/l/x POST' '/healthz DELETE' '/ PUT' \
    '/metrics POST'; do
	[ "$(visit "${pair% *}" -X "${pair#* }")" = 405 ] &&
	    header Allow 'GET, HEAD' && nothing_asked
	ok "not so: $pair"
done
stop_decide
[ "$(visit /readyz)" = 503 ] && [ "$(visit /healthz)" = 200 ] &&
    [ "$(visit /metrics)" = 200 ] && grep -qx 'scopegate_up 0' page
ok "without decide: alive, not ready, and the metrics say so"
[ "$(gate)" = 503 ] && [ "$(code -d "$form")" = 503 ] &&
    [ "$(push "$(jws "$claims")")" = 503 ]
ok "and nobody is let in"
! grep -q "t0ken\|sg-abc\|$secret\|acct|1" log
ok "no token, code or subject is in the log"
done_testing
