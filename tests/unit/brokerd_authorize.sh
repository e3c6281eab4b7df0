# SPDX-License-Identifier: ISC
# Authorization requests: what is refused and to whom that is said, when a
# person has to sign in again, and answers without a page.
. "$top_srcdir/tests/unit/browser.sh"

make_store
back=https://native.example.com/cb
add_app native --approved --public --owner bob --scope "trading data" \
    --redirect $back
add_app spare --approved --public --scope "trading" --redirect $back
add_app robot --approved --scope "trading" --redirect $back \
    --grants client_credentials --secret-file robot
add_app alp --approved --alpaca --owner bob --scope "trading data" \
    --redirect https://alp.example.com/cb --secret-file alp
start_server

verifier=$(openssl rand -hex 32)
challenge=$(printf '%s' "$verifier" | openssl dgst -sha256 -binary |
    openssl base64 | tr '+/' '-_' | tr -d '=')
pkce="code_challenge=$challenge&code_challenge_method=S256"
base="response_type=code&redirect_uri=$back&$pkce"
q="$base&client_id=native&scope=trading"
long() { head -c "$1" /dev/zero | tr '\0' n; }

# Open redirects.
bad=0
for uri in https://native.example.com https://native.example.com/cb/ \
    https://native.example.com/cb?x https://native.example.com/CB \
    https://native.example.com/cb/../evil https://native.example.com:443/cb \
    https://native.example.com.evil.test/cb https://evil.test/native.example.com/cb \
    https://native.example.com@evil.test/cb https://evil.test \
    'https://evil.test\@native.example.com/cb' http://native.example.com/cb \
    https://NATIVE.example.com/cb '//native.example.com/cb' javascript:alert\(1\) \
    data:text/html,x https://native.example.com/cb#x ' https://native.example.com/cb' \
    "https://native.example.com/cb
Location: https://evil.test" https://native.example.com/%63b; do
	stays "response_type=code&client_id=native&$pkce&redirect_uri=$(encode "$uri")" ||
	    { bad=1; echo "# $uri"; }
done
[ $bad = 0 ]
ok "only the registered redirect URI is redirected to"
stays "$q&redirect_uri=$back" && stays "response_type=code&$pkce&redirect_uri=$back" &&
    stays "$base&client_id=nobody" && stays "$base&client_id=native&client_id=native" &&
    stays "$q&x=%zz" && stays "$q&redirect_uri=$(long 2000)"
ok "without one app and one redirect URI nobody is redirected"

# What goes back to the app.
errs invalid_request "$q&scope=data" && errs invalid_request "$q&foo=1&foo=2" &&
    errs invalid_request "$q&resource=a&resource=b"
ok "repeated parameters are refused"
errs invalid_request "redirect_uri=$back&$pkce&client_id=native" &&
    errs unsupported_response_type \
    "response_type=token&redirect_uri=$back&$pkce&client_id=native" &&
    errs unsupported_response_type \
    "response_type=code+id_token&redirect_uri=$back&$pkce&client_id=native"
ok "response_type is code"
errs invalid_request "$q&response_mode=fragment" &&
    errs invalid_request "$q&response_mode=form_post" &&
    asks_to_sign_in "$q&response_mode=query"
ok "response_mode is query"
errs request_not_supported "$q&request=x" &&
    errs request_uri_not_supported "$q&request_uri=https://a.example.com/r" &&
    errs registration_not_supported "$q&registration=%7B%7D"
ok "request objects and registration are refused by name"
asks_to_sign_in "$q&claims=%7B%7D&acr_values=urn:x&display=popup&ui_locales=de&new_thing=1"
ok "what is voluntary or unknown is left out"
for prompt in none+login login+none create login,consent Login; do
	errs invalid_request "$q&prompt=$prompt" || break
done
ok "a prompt that contradicts itself or is unknown is refused"
for age in -1 x 1.5 4000000000 '' ; do
	[ -n "$age" ] || { asks_to_sign_in "$q&max_age="; break; }
	errs invalid_request "$q&max_age=$age" || break
done
ok "max_age is a number"
asks_to_sign_in "$q&nonce=$(long 512)" && errs invalid_request "$q&nonce=$(long 513)"
ok "a nonce has 512 octets at most"
asks_to_sign_in "$q&state=$(long 2048)" &&
    errs invalid_request "$q&state=$(long 2049)" && ! location | grep -q state=
ok "a state has 2048 octets at most"
asks_to_sign_in "$q&x=$(long 6000)" && errs invalid_request "$q&x=$(long 7000)"
ok "a request has 7000 octets at most"
errs invalid_target "$q&resource=https://nobody.example.com" &&
    asks_to_sign_in "$q&resource=https://hosts.example.test"
ok "a resource is one that the broker knows"
errs invalid_scope "$base&client_id=native&scope=account:write" &&
    errs invalid_scope "$base&client_id=native&scope=a%09b" &&
    errs invalid_request "$q&env=demo"
ok "scopes are the app's, and env is paper or live"
tells() { location | grep -qF "error_description=$(encode_plain "$1")&"; }
encode_plain() { printf %s "$1" | sed 's/ /%20/g; s/:/%3A/g; s/,/%2C/g'; }
many=$(long 64)
errs invalid_scope "$base&client_id=native&scope=trading+account:write+sudo:run" &&
    tells "scope names one this app may not ask for: account:write" &&
    errs invalid_scope "$base&client_id=native&scope=$many" &&
    tells "scope names one this app may not ask for: $many" &&
    errs invalid_scope "$base&client_id=native&scope=${many}n" &&
    tells "scope names one this app may not ask for: $(long 61)..." &&
    errs invalid_scope "$base&client_id=native&scope=a%22b" && ! location | grep -q '%22' &&
    errs invalid_scope "$base&client_id=native&scope=%3Cb%3E%C3%A9" && ! location | grep -q '%3C'
ok "the scope that is wrong is named, cut, and never what is no scope"
errs unauthorized_client "$base&client_id=robot&scope=trading"
ok "an app that is not registered for codes gets none"
no_pkce="response_type=code&redirect_uri=$back&client_id=native"
errs invalid_request "$no_pkce" &&
    errs invalid_request "$no_pkce&code_challenge=$challenge" &&
    errs invalid_request "$no_pkce&code_challenge=$verifier&code_challenge_method=plain" &&
    errs invalid_request "$no_pkce&code_challenge=x&code_challenge_method=S256" &&
    errs invalid_request "$no_pkce&code_challenge_method=S256"
ok "a public app needs PKCE with S256"

details() { errs invalid_authorization_details "$q&authorization_details=$(encode "$1")"; }
entry='{"type":"host_login","host":"web","service":"ssh","user":"alice"}'
details '{' && details "$entry" && details "[$entry,$entry]" && details '[]' &&
    details '[{"type":"payment"}]' && details "[{\"type\":\"host_login\"}]" &&
    details '[{"type":"host_login","host":"web\u0007","service":"ssh","user":"alice"}]' &&
    details "[{\"type\":\"host_login\",\"host\":\"$(long 254)\",\"service\":\"ssh\",\"user\":\"alice\"}]" &&
    asks_to_sign_in "$q&authorization_details=$(encode "[$entry]")"
ok "authorization_details are one well-formed host_login"
bad=
while read -r member value; do
	details "$(printf %s "[$entry]" | sed "s/\"$member\":\"[^\"]*\"/\"$member\":$value/")" &&
	    location | grep -q "authorization_details%3A%20$member%20must" || bad="$bad $member"
done << 'EOF'
type "payment"
host "web..example"
service "SSH"
user 7
EOF
[ -z "$bad" ] && details "[$entry,$entry]" && location | grep -q 'one%20entry'
ok "and the member that is wrong is named"

# What a person reads where there is nobody to send an answer to.
add_app none --approved --public --scope trading --grants urn:ietf:params:oauth:grant-type:device_code
stays "$q&client_id=" ; open_page "$base&client_id=gone&scope=trading"
says "is not registered with this broker" && says "its maker has to mend it"
ok "the fault of an app is called so"
open_page "response_type=code&$pkce&client_id=native&redirect_uri=http://localhost:8080/cb"
says "use http://127.0.0.1" && open_page "response_type=code&$pkce&client_id=native&redirect_uri=https://x.test/" &&
    ! says 127.0.0.1 && says "not one that this app has registered" &&
    open_page "$base&client_id=none" && says "this app has registered none yet"
ok "localhost is told apart, and an app without a redirect URI"

# The app's state.
sql "UPDATE apps SET enabled = 0 WHERE client_id = 'native'"
errs unauthorized_client "$q" && location | grep -q disabled
ok "a disabled app is told so"
sql "UPDATE apps SET enabled = 1, state = 'suspended' WHERE client_id = 'native'"
errs unauthorized_client "$q" && location | grep -q suspended
ok "a suspended app is told so"
sql "UPDATE apps SET state = 'approved', deleted = 1 WHERE client_id = 'native'"
stays "$q"
ok "a deleted app is unknown"
sql "UPDATE apps SET deleted = 0 WHERE client_id = 'native'"
sql "DELETE FROM app_errors"
errs invalid_scope "$base&client_id=native&scope=root" && stays "$q&redirect_uri=x" &&
    [ "$(sql "SELECT e.endpoint, e.error, a.client_id FROM app_errors e
    JOIN apps a ON a.id = e.app ORDER BY e.id" | tr '\n' ' ')" = \
    "/oauth/authorize invalid_scope native /oauth/authorize invalid_request native " ]
ok "what is refused is kept for the app's developer"

# Signing in again.
sign_in alice wonder && open_page "$q" && says 'Allow native'
ok "who is signed in is asked at once"
again() # QUERY: sends away to sign in, though signed in; then shows the page
{
	asks_to_sign_in "$1" || return 1
	asks_to_sign_in "$1" || return 1 # asking twice is no sign-in
	way=$(location)
	get "$way" && says 'You are signed in as alice' || return 1
	[ "$(post "$way" -d 'username=alice&password=wonder')" = 303 ] || return 1
	mine=$(location)
	get "$mine" && [ "$(status)" = 200 ] && says 'Allow native'
}
again "$q&prompt=login" && sleep 1.1 && again "$q&prompt=login"
ok "prompt=login asks for the password once for each request"
again "$q&prompt=select_account" && sleep 1.1 && again "$q&max_age=0" &&
    sleep 2.1 && again "$q&max_age=1"
ok "so do select_account and a max_age that is over"
[ "$(sql "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user
    WHERE u.name = 'alice'")" = 1 ]
ok "each new sign-in ends the one before it"
asks_to_sign_in "$q&prompt=login&signed_in_since=99999999999" &&
    asks_to_sign_in "$q&prompt=login&signed_in_since=x" &&
    asks_to_sign_in "$q&prompt=login&signed_in_since=-1"
ok "a time that is not past is no sign-in"
[ "$(location | grep -o signed_in_since | wc -l)" = 1 ]
ok "and the way back has one time"
open_page "$q" && decide allow "$q&prompt=login" -d env=paper &&
    location | grep -q '^/sign-in' && [ -z "$(code_of_answer)" ]
ok "an answer without the sign-in that was asked for gives nothing"
open_page "$q&max_age=3600" && says 'Allow native' && open_page "$q&prompt=consent" &&
    says 'Allow native'
ok "a sign-in that is recent enough is enough"
jar=jar.new && open_page "$q&login_hint=alice" && grep -q 'value="alice"' page
ok "login_hint fills in the name"

jar=jar.erin
asks_to_sign_in "$q&state=s3" && way=$(location | sed 's|/sign-in|/sign-up|') &&
    get "$way" && [ "$(post "$way" -d 'username=erin&password=elephant')" = 303 ] &&
    get "$(location)" && says Welcome && says 'Allow native' &&
    ! grep -q 'notice=' page && grep -q 'action="/oauth/authorize?.*state=s3' page
ok "who opens an account on the way comes back to the request"

# Without a page.
jar=jar.new
errs login_required "$q&prompt=none" && location | grep -q '&iss=http'
ok "prompt=none: nobody is signed in"
jar=jar.alice
errs consent_required "$q&prompt=none"
ok "prompt=none: nothing was allowed yet"
[ -n "$(allow "$q" -d env=paper)" ] && get "/oauth/authorize?$q&prompt=none&state=s1" &&
    [ -n "$(code_of_answer)" ] && location | grep -q '&state=s1&iss='
ok "prompt=none: a code at once for what was allowed"
jar=jar.robot && errs login_required "$q&prompt=none"
jar=jar.alice
errs consent_required "$base&client_id=native&scope=trading+data&prompt=none" &&
    errs consent_required "$q&env=live&prompt=none" &&
    errs consent_required "$q&prompt=none&authorization_details=$(encode "[$entry]")" &&
    errs consent_required "$q&prompt=none&resource=$url" &&
    errs consent_required "$base&client_id=spare&scope=trading&prompt=none"
ok "prompt=none: not for more, another account, host, audience or app"
errs account_selection_required "$q&prompt=none&login_hint=bob" &&
    get "/oauth/authorize?$q&prompt=none&login_hint=alice" && [ -n "$(code_of_answer)" ]
ok "prompt=none: not for another user"
[ -n "$(allow "$q" -d env=live)" ] && errs account_selection_required "$q&prompt=none" &&
    get "/oauth/authorize?$q&prompt=none&env=live" && [ -n "$(code_of_answer)" ]
ok "prompt=none: which of two accounts has to be said"
sql "UPDATE apps SET state = 'draft' WHERE client_id = 'native'"
errs interaction_required "$q&prompt=none&env=live"
ok "prompt=none: not for an account that cannot be given now"
sleep 2.1 && errs login_required "$q&prompt=none&max_age=1"
ok "prompt=none: not for a sign-in that is too old"
sql "UPDATE grants SET revoked = 1"
errs consent_required "$q&prompt=none&env=paper"
ok "prompt=none: not for what was taken back"
[ "$(sql "SELECT count(*) FROM audit WHERE action = 'grant.renew'
    AND actor = 'alice' AND subject = 'app native'")" = 3 ]
ok "each code without a page is on record"

# Codes in wrong hands.
exchange() # CLIENT CODE [MORE...]
{
	client=$1 code=$2
	shift 2
	http -d grant_type=authorization_code -d "client_id=$client" -d "code=$code" \
	    -d "redirect_uri=$back" "$@" "$url/oauth/token"
}
code=$(allow "$q" -d env=paper)
exchange spare "$code" -d "code_verifier=$verifier" | grep -q invalid_grant &&
    exchange native "$code" -d "code_verifier=$(openssl rand -hex 32)" |
    grep -q invalid_grant && exchange native "$code" | grep -q invalid_grant &&
    exchange native "$code" -d "code_verifier=$verifier" | grep -q access_token
ok "a code of another app or another session is worth nothing"
location | grep -q "&iss=http%3A%2F%2F127.0.0.1%3A${url##*:}\$" &&
    http "$url/.well-known/oauth-authorization-server" | grep -qF "\"issuer\":\"$url\""
ok "the answer names the issuer that the metadata name"
sign_in bob builder && open_page "$q" && theirs=$(form_token) && jar=jar.alice &&
    [ "$(browse -D head -o page -w '%{http_code}' --data-urlencode "form_token=$theirs" \
    -d 'decision=allow&env=paper' "$url/oauth/authorize?$q")" = 403 ] && [ -z "$(location)" ] &&
    [ "$(browse -D head -o page -w '%{http_code}' -d 'decision=allow&env=paper' \
    "$url/oauth/authorize?$q")" = 403 ] && [ -z "$(location)" ]
ok "an answer counts only with the form of the same session"

# Sessions that were forgotten when a user was shut out, and old ones.
jar=jar.alice
get /account && [ "$(status)" = 200 ] &&
    sql "UPDATE users SET disabled = 1 WHERE name = 'alice'" > out &&
    get /account && location | grep -q '^/sign-in' &&
    sql "UPDATE users SET disabled = 0" > out && get /account && [ "$(status)" = 200 ]
ok "a session of a user who is disabled is none"
keep=$(sql "SELECT max(expires) FROM sessions")
sql "UPDATE sessions SET expires = 1" > out && get /account &&
    location | grep -q '^/sign-in' &&
    sql "UPDATE sessions SET expires = $keep" > out && get /account && [ "$(status)" = 200 ]
ok "nor is one that has expired"

# As Alpaca does it.
back=https://alp.example.com/cb
a="response_type=code&client_id=alp&redirect_uri=$back"
code=$(allow "$a&state=s2" -d env=paper)
echo "$code" | grep -qE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' &&
    [ "$(location)" = "$back?code=$code&state=s2" ]
ok "an Alpaca app gets a UUID and its state, and no more"
http -d grant_type=authorization_code -d "code=$code" -d client_id=alp \
    -d "client_secret=$(cat alp)" -d "redirect_uri=$back" "$url/oauth/token" > out &&
    grep -q access_token out && [ -z "$(sql "SELECT scope FROM grants ORDER BY id DESC LIMIT 1")" ]
ok "no scope is the read-only grant"
errs invalid_scope "$a&scope=root" && ! location | grep -q 'iss='
ok "nor is an error signed with iss"

stop_server
! grep -qF -e "$code" log && ! grep -q wonder log
ok "the log holds no code and no password"
echo "1..$count"
