# SPDX-License-Identifier: ISC
# The built brokerd, running: from sign-in to revocation, as a client sees it.
. "$top_srcdir/tests/unit/browser.sh"

make_store
add_app native --approved --title '<b>Native & Co' --public \
    --owner bob --scope "trading data" --redirect http://127.0.0.1/callback \
    --redirect https://native.example.com/cb
add_app other --audience https://other.example.com \
    --secret-file other
start_server

is_inactive() { [ "$(introspect "${2:-gate}" "$1")" = '{"active":false}' ]; }
mint() { "$brokerd" token --store s --user alice --app trader "$@"; }

http "$url/.well-known/oauth-authorization-server" > meta
grep -qF "\"issuer\":\"$url\"" meta && grep -q '"S256"' meta &&
    grep -qF "\"introspection_endpoint\":\"$url/oauth/introspect\"" meta
ok "metadata names the issuer and its endpoints"

# Introspection.
token=$(mint --scope "trading data" --env live --authenticated 5m)
introspect gate "$token" > facts
grep -q '"active":true,"scope":"trading data","client_id":"trader"' facts &&
    grep -q '"username":"alice"' facts && grep -q '"env":"live"' facts &&
    grep -qF "\"iss\":\"$url\"" facts && grep -q '"auth_time":' facts &&
    grep -q '"aud":"https://hosts.example.test"' facts &&
    grep -q '"token_type":"Bearer"' facts && grep -q '"exp":' facts
ok "introspection states the facts of an active token"
is_inactive "$token" other; ok "a client of another audience learns nothing"
is_inactive nonsense; ok "an unknown token is inactive"
is_inactive "$(mint --audience https://other.example.com)" &&
    introspect other "$(mint --audience https://other.example.com)" |
    grep -q '"active":true'
ok "a token is known to its own audience only"
short=$(mint --expires 1s) && sleep 1.1 && is_inactive "$short"
ok "an expired token is inactive"
[ "$(http -o out -w '%{http_code}' -u gate:wrong -d token=x \
    "$url/oauth/introspect")" = 401 ] && grep -q invalid_client out &&
    [ "$(http -o out -w '%{http_code}' -d token=x \
    "$url/oauth/introspect")" = 401 ] &&
    [ "$(http -o out -w '%{http_code}' -d "token=x&client_id=native" \
    "$url/oauth/introspect")" = 401 ]
ok "introspection needs an authenticated, confidential client"
http -d "client_id=gate&client_secret=$(cat gate)&token=$token" \
    "$url/oauth/introspect" | grep -q '"active":true'
ok "the secret may come in the body"
as gate -d "client_secret=x&token=$token" "$url/oauth/introspect" |
    grep -q invalid_request &&
    as gate -d "token=a&token=b" "$url/oauth/introspect" |
    grep -q invalid_request &&
    as gate -d "x=1" "$url/oauth/introspect" | grep -q invalid_request &&
    as gate -H 'Content-Type: application/json' -d '{}' \
    "$url/oauth/introspect" | grep -q invalid_request
ok "two secrets, repeated, missing and unreadable parameters are refused"
as gate -D head -o out -d "token=$token" "$url/oauth/introspect"
grep -qi '^cache-control: no-store' head
ok "answers are not to be stored"
printf '%s' "$token" | "$brokerd" revoke --store s > out && is_inactive "$token"
ok "revoke works while the server runs"

# HTTP.
[ "$(http -o out -w '%{http_code}' "$url/nonesuch")" = 404 ] &&
    [ "$(http -o out -w '%{http_code}' "$url/oauth/token")" = 405 ] &&
    [ "$(http -o out -w '%{http_code}' "$url/../etc/passwd" --path-as-is)" = 404 ]
ok "unknown paths are 404, wrong methods 405"
head -c 65536 /dev/zero | tr '\0' a > full
{ cat full; echo a; } > over
[ "$(as gate -o out -w '%{http_code}' --data-binary @full \
    "$url/oauth/introspect")" = 400 ] &&
    [ "$(as gate -o out -w '%{http_code}' --data-binary @over \
    "$url/oauth/introspect")" = 413 ]
ok "a body over 64 KiB is refused"

# Authorization code with PKCE.
verifier=$(openssl rand -hex 32)
challenge=$(printf '%s' "$verifier" | openssl dgst -sha256 -binary |
    openssl base64 | tr '+/' '-_' | tr -d '=')
back=http://127.0.0.1:49152/callback
base="response_type=code&client_id=native&scope=trading+data&state=a%26b%0D%0Ac"
pkce="code_challenge=$challenge&code_challenge_method=S256"
query="$base&$pkce&redirect_uri=$back"

back_to() { echo "return=$(encode "/oauth/authorize?$1")"; } # QUERY
enter() # USER PASSWORD: on the way to the request
{
	post "/sign-in?$(back_to "$query")" -d "username=$1&password=$2"
}
exchange() # CODE [MORE...]
{
	code=$1
	shift
	http -d grant_type=authorization_code -d client_id=native \
	    -d "code=$code" -d "redirect_uri=$back" "$@" "$url/oauth/token"
}
refresh() # TOKEN [MORE...]
{
	old=$1
	shift
	http -d grant_type=refresh_token -d client_id=native \
	    -d "refresh_token=$old" "$@" "$url/oauth/token"
}
new_code() { allow "$query" -d env=paper; }

stays "$base&$pkce&redirect_uri=https://evil.example.com/cb" &&
    stays "$base&$pkce&redirect_uri=https://native.example.com/cb/" &&
    stays "$query&redirect_uri=$back" &&
    stays "$base&$pkce" && stays "$pkce&redirect_uri=$back&client_id=none" &&
    stays "$query&x=%zz"
ok "an unregistered or unclear redirect is never redirected to"

signs() # CODE QUERY: that error goes to the app, with the issuer
{
	errs "$@" && location | grep -q '&iss=http'
}
uri="redirect_uri=$back"
signs invalid_request "$base&$uri" &&
    signs invalid_request "$base&$uri&code_challenge=$challenge" &&
    signs invalid_request "$base&$uri&code_challenge=$challenge&code_challenge_method=plain" &&
    signs invalid_request "$base&$uri&code_challenge=x&code_challenge_method=S256" &&
    signs invalid_request "$query&env=demo" &&
    signs invalid_request "$query&state=2" &&
    signs invalid_scope "response_type=code&client_id=native&scope=root&$pkce&$uri" &&
    signs invalid_scope "response_type=code&client_id=native&scope=sudo:run&$pkce&$uri" &&
    signs unsupported_response_type "response_type=token&client_id=native&$pkce&$uri" &&
    signs invalid_request "client_id=native&$pkce&$uri" &&
    signs request_not_supported "$query&request=x"
ok "a faulty request goes back to the app with its error"

open_page "$query"
grep -q 'Sign in' page && grep -q '&lt;b&gt;Native &amp; Co' page &&
    ! grep -q '<b>Native' page
ok "the sign-in page names the app, escaped"
grep -qi "^content-security-policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'" head &&
    grep -qi '^referrer-policy: no-referrer' head &&
    http -D first -o out "$url/sign-in" &&
    grep -qi '^set-cookie: brokerd_session=.*HttpOnly; SameSite=Lax' first
ok "pages carry their policy and a guarded cookie"
[ "$(enter alice wrong)" = 200 ] && grep -q 'do not go together' page
ok "a wrong password is told on the page"
[ "$(enter nobody wrong)" = 200 ] && grep -q 'do not go together' page
ok "an unknown user is told the same"
planted=$(sed -n 's/.*brokerd_session.//p' jar)
[ "$(browse -o out -w '%{http_code}' -d 'username=alice&password=wonder' \
    "$url/sign-in?$(back_to "$query")")" = 403 ]
ok "a sign-in without the form's token is refused"
[ "$(enter alice wonder)" = 303 ] &&
    [ "$(sed -n 's/.*brokerd_session.//p' jar)" != "$planted" ]
ok "signing in gives a new cookie"
open_page "$query"
grep -q 'Place, change and cancel orders' page && grep -q '<strong>bob</strong>' page &&
    grep -q 'value="deny"' page && grep -q 'value="live"' page
ok "the consent page shows owner, scopes in words and the accounts"
grep -qi "form-action 'self' http://127.0.0.1:49152;" head
ok "the consent form may end at the app"
[ "$(browse -o out -w '%{http_code}' -d 'decision=allow&env=paper' \
    "$url/oauth/authorize?$query")" = 403 ]
ok "a consent without the form's token is refused"
decide allow "$query" && [ "$(status)" = 400 ] && [ -z "$(location)" ]
open_page "$query"
decide allow "$base&$pkce&redirect_uri=https://evil.example.com/" -d env=paper &&
    [ "$(status)" = 400 ] && [ -z "$(location)" ]
ok "the decision checks the whole request again"
open_page "$query"
decide deny "$query" && [ "$(status)" = 303 ] &&
    location | grep -q "^$back?error=access_denied&.*&state=a%26b%0D%0Ac&iss="
ok "deny goes back with access_denied and the state"

code=$(new_code)
location | grep -q "&state=a%26b%0D%0Ac&iss=http%3A%2F%2F127.0.0.1%3A" && [ -n "$code" ]
ok "allow goes back with code, state and iss"
exchange "$code" | grep -q invalid_grant &&
    exchange "$code" -d "code_verifier=$challenge" | grep -q invalid_grant &&
    http -d grant_type=authorization_code -d client_id=native -d "code=$code" \
    -d redirect_uri=http://127.0.0.1:1/callback -d "code_verifier=$verifier" \
    "$url/oauth/token" | grep -q invalid_grant &&
    http -u "trader:$(cat trader)" -d grant_type=authorization_code \
    -d "code=$code" -d "redirect_uri=$back" -d "code_verifier=$verifier" \
    "$url/oauth/token" | grep -q invalid_grant
ok "a code needs its verifier, its redirect_uri and its client"
exchange "$code" -d "code_verifier=$verifier" -D head > tokens
token=$(field access_token < tokens)
is_active "$token" && grep -qi '^cache-control: no-store' head &&
    grep -q '"scope":"trading data"' tokens && grep -q '"expires_in":3600' tokens
ok "code and verifier give a token with the scope"
introspect gate "$token" > facts
grep -q '"auth_time":' facts && grep -q '"env":"paper"' facts &&
    grep -q '"username":"alice"' facts
ok "the token carries account and time of sign-in"
first=$(field refresh_token < tokens)
is_inactive "$first"; ok "a refresh token is no access token"
refresh "$first" -d scope=root | grep -q invalid_scope &&
    refresh "$first" -d scope=data > tokens
second=$(field refresh_token < tokens)
narrow=$(field access_token < tokens)
introspect gate "$narrow" | grep -q '"scope":"data"' &&
    [ -n "$second" ] && [ "$second" != "$first" ]
ok "refresh rotates, narrows and never widens"
refresh "$first" | grep -q invalid_grant && is_inactive "$token" &&
    is_inactive "$narrow" && refresh "$second" | grep -q invalid_grant
ok "a refresh token used twice ends the family"

code=$(new_code)
token=$(exchange "$code" -d "code_verifier=$verifier" | field access_token)
is_active "$token" && exchange "$code" -d "code_verifier=$verifier" |
    grep -q invalid_grant && is_inactive "$token"
ok "a code used twice ends what it gave"

exchange "$(new_code)" -d "code_verifier=$verifier" > tokens
token=$(field access_token < tokens)
http -d client_id=native -d "token=$token" "$url/oauth/revoke" > out
[ ! -s out ] && is_inactive "$token" &&
    refresh "$(field refresh_token < tokens)" | grep -q invalid_grant
ok "revocation ends the grant with all its tokens"
token=$(mint)
[ "$(http -o out -w '%{http_code}' -d client_id=native -d "token=$token" \
    "$url/oauth/revoke")" = 200 ] && is_active "$token" &&
    http -d "token=$token" "$url/oauth/revoke" | grep -q invalid_client
ok "a client cannot revoke another's token"

# Other grants.
trader() { http -u "trader:$(cat trader)" "$@" "$url/oauth/token"; }
token=$(trader -d grant_type=client_credentials -d scope=data | field access_token)
introspect gate "$token" > facts
grep -q '"sub":"trader"' facts && ! grep -q username facts
ok "client_credentials gives a token without a user"
trader -d grant_type=client_credentials -d scope=sudo:admin |
    grep -q invalid_scope &&
    as gate -d grant_type=client_credentials "$url/oauth/token" |
    grep -q unauthorized_client &&
    http -d "grant_type=client_credentials&client_id=native" "$url/oauth/token" |
    grep -q unauthorized_client &&
    trader -d grant_type=password | grep -q unsupported_grant_type &&
    trader -d x=1 | grep -q invalid_request &&
    http -d "grant_type=refresh_token&client_id=trader" "$url/oauth/token" |
    grep -q invalid_client
ok "grants that a client is not registered for are refused"

# Sign-out and throttle.
open_page "$query" && [ "$(post "/sign-out?$(back_to "$query")")" = 303 ] &&
    open_page "$query" && grep -q 'id="password"' page
ok "signing out ends the session"
for i in 1 2 3 4 5; do enter bob wrong > out; done
[ "$(enter bob builder)" = 429 ] && grep -q 'Too many tries' page
ok "guessing is slowed down, even for the right password"
open_page "$query" && [ "$(enter alice wonder)" = 303 ]
ok "and for that user only"

stop_server
ok "SIGTERM stops it cleanly"
[ -n "$token" ] && [ -n "$code" ] && ! grep -qF -e "$(cat gate)" log && ! grep -qF -e "$token" log &&
    ! grep -q wonder log && ! grep -qF -e "$code" log
ok "the log holds no secret, token, password or code"
echo "1..$count"
