# SPDX-License-Identifier: ISC
# The device grant of the built brokerd (RFC 8628): a device polls with curl
# while a person answers in a browser.
. "$top_srcdir/tests/unit/browser.sh"
make_store
grant=urn:ietf:params:oauth:grant-type:device_code
add_app terminal --title '<b>Terminal & Co' --owner bob --public \
    --scope "openid trading data host:login" --grants "$grant refresh_token"
add_app appliance --scope data --grants "$grant" --secret-file appliance
add_app web --scope data --public --redirect https://web.example.com/cb
add_app shaped --alpaca --public --scope data --grants "$grant"
start_server

ask() # [MORE...]: HTTP status; the answer is in `answer`
{
	http -o answer -w '%{http_code}' "$@" "$url/oauth/device_authorization"
}
text() { field "$1" < answer; }
begin() # [MORE...]: leaves $device and $code
{
	ask -d client_id=terminal "$@" > out
	device=$(text device_code)
	code=$(text user_code)
	number=$(text confirmation_number)
	[ -n "$device" ] && [ -n "$code" ]
}
poll() # [MORE...]
{
	http -o answer -d "grant_type=$grant" -d client_id=terminal \
	    -d "device_code=$device" "$@" "$url/oauth/token"
}
told() { poll && grep -q "\"error\":\"$1\"" answer; }
fault() { grep -q "\"error\":\"$1\"" answer; }
# Time is not waited for: the last poll is made long ago, or just now.
rest() { sql "UPDATE device_codes SET polled = 0" > out; }
hurry() { sql "UPDATE device_codes SET polled = polled + 1000" > out; }
enter() { get /device && post /device -d "user_code=$1" > out; }
answer() # WORD [MORE...]
{
	word=$1
	shift
	post /device -d "user_code=$code&decision=$word" "$@"
}
login='[{"type":"host_login","host":"db1.example.com","service":"ssh","user":"alice"}]'

# The device authorization endpoint.
http "$url/.well-known/oauth-authorization-server" > meta
grep -qF "\"device_authorization_endpoint\":\"$url/oauth/device_authorization\"" meta &&
    grep -qF "\"$grant\"" meta
ok "metadata names the endpoint and the grant type"
[ "$(ask -d client_id=terminal -d 'scope=trading data')" = 200 ] &&
    text user_code | grep -qx '[BCDFGHJKLMNPQRSTVWXZ]\{4\}-[BCDFGHJKLMNPQRSTVWXZ]\{4\}' &&
    grep -qF "\"verification_uri\":\"$url/device\"" answer &&
    grep -qF "\"verification_uri_complete\":\"$url/device?user_code=$(text user_code)\"" answer &&
    grep -q '"expires_in":600' answer && grep -q '"interval":5' answer &&
    ! grep -q confirmation_number answer
ok "a device gets its codes, and no number unless it names a host"
[ "$(ask -u "appliance:$(cat appliance)" -d x=1)" = 200 ] &&
    [ "$(ask -d client_id=appliance)" = 401 ] && fault invalid_client &&
    [ "$(ask -u appliance:wrong -d x=1)" = 401 ] &&
    [ "$(ask -d client_id=none)" = 401 ] && [ "$(ask -d x=1)" = 401 ]
ok "clients authenticate as at the token endpoint"
[ "$(ask -u terminal: -d x=1)" = 200 ] && [ "$(ask -u appliance: -d x=1)" = 401 ] &&
    [ "$(ask -u terminal:x -d x=1)" = 401 ]
ok "an empty secret is none, which a public client alone may have"
[ "$(ask -d client_id=web)" = 400 ] && fault unauthorized_client &&
    [ "$(ask -d client_id=shaped)" = 400 ] && fault unauthorized_client &&
    [ "$(ask -d client_id=terminal -d scope=sudo:run)" = 400 ] &&
    fault invalid_scope && grep -q 'may not ask for: sudo:run"' answer &&
    [ "$(ask -d client_id=terminal -d 'scope="')" = 400 ] &&
    fault invalid_scope &&
    [ "$(ask -d client_id=terminal -d resource=https://evil.example.com)" = 400 ] &&
    fault invalid_target &&
    [ "$(ask -d client_id=terminal -d resource=a -d resource=b)" = 400 ] &&
    fault invalid_target &&
    [ "$(ask -d client_id=terminal -d scope=data -d scope=data)" = 400 ] &&
    fault invalid_request &&
    [ "$(ask -d client_id=terminal -d 'authorization_details=[]')" = 400 ] &&
    fault invalid_authorization_details &&
    [ "$(ask -d client_id=terminal -H 'Content-Type: text/plain')" = 400 ] &&
    fault invalid_request
ok "a faulty request is refused by name"
sql "SELECT count(*) FROM app_errors WHERE endpoint = '/oauth/device_authorization'" |
    grep -qx '[1-9][0-9]*'
ok "and kept for the app's developer"

# From code to token.
begin -d 'scope=trading data'
told authorization_pending && hurry && told slow_down &&
    [ "$(sql "SELECT max(every) FROM device_codes")" = 10 ] && hurry &&
    told slow_down && [ "$(sql "SELECT max(every) FROM device_codes")" = 15 ]
ok "a hasty device is told to slow down, each time by five seconds more"
rest
[ "$(sql "SELECT count(*) FROM app_errors WHERE error = 'authorization_pending'")" = 0 ]
ok "waiting is no error of the app's"
get /device && location | grep -q '^/sign-in?return=%2Fdevice'
ok "a person signs in first"
sign_in alice wonder && get /device && grep -q 'name="user_code"' page
ok "the page asks for the code"
get "/device?user_code=$code" && says "$code" && says 'Is this the code' &&
    ! grep -q 'value="allow"' page
ok "a link that brings the code makes the person compare it"
for typed in "$code" "$(echo "$code" | tr -d - | tr A-Z a-z)" \
    "$(echo "$code" | sed 's/./& /g')"; do
	enter "$typed" && grep -q 'value="allow"' page || break
done && says '<b>Terminal' || grep -q '&lt;b&gt;Terminal' page
ok "case, hyphen and blanks do not matter"
enter "$code" && grep -q '&lt;b&gt;Terminal &amp; Co' page && ! grep -q '<b>Terminal' page &&
    says 'Place, change and cancel orders' && says bob && says 'Not reviewed yet' &&
    says "$code" && grep -q 'value="deny"' page && grep -q 'value="paper"' page &&
    ! grep -q 'value="live"' page && says 'Live is not offered here' &&
    ! grep -q 'name="number"' page
ok "the consent page names app, owner, state, scopes and the accounts to be had"
[ "$(browse -o out -w '%{http_code}' -d "user_code=$code&decision=allow&env=paper" \
    "$url/device")" = 403 ] && told authorization_pending
ok "an answer without the form's token is refused"
rest
[ "$(answer allow)" = 400 ] && says 'Choose the account' &&
    [ "$(answer allow -d env=live)" = 400 ] && told authorization_pending
ok "an account that cannot be given is refused"
rest
[ "$(answer allow -d env=paper)" = 303 ] &&
    location | grep -q '^/device/done?notice=device-allowed' && get "$(location)" &&
    says 'go back to your device'
ok "after allowing, the page sends the person back to the device"
[ "$(answer allow -d env=paper)" = 200 ] && says 'No device waits' &&
    [ "$(answer deny)" = 200 ] && says 'No device waits'
ok "an answer is given once"
http -o answer -u "appliance:$(cat appliance)" -d "grant_type=$grant" \
    -d "device_code=$device" "$url/oauth/token" && fault invalid_grant &&
    http -o answer -d client_id=web -d "grant_type=$grant" \
    -d "device_code=$device" "$url/oauth/token" && fault unauthorized_client &&
    poll -d resource=https://other.example.com && fault invalid_target
ok "another client's poll and another resource get nothing"
poll && token=$(text access_token) && [ -n "$token" ] && [ -n "$(text refresh_token)" ] &&
    grep -q '"scope":"trading data"' answer
introspect gate "$token" > facts
grep -q '"active":true' facts && grep -q '"username":"alice"' facts &&
    grep -q '"client_id":"terminal"' facts && grep -q '"env":"paper"' facts &&
    grep -q '"auth_time":' facts
ok "the next poll gets the tokens of what was allowed"
[ "$(sql "SELECT count(*) FROM audit WHERE action = 'grant.device' AND actor = 'alice' AND subject = 'app terminal'")" = 1 ]
ok "the audit trail says who allowed it"
told invalid_grant && introspect gate "$token" | grep -q '"active":false'
ok "a device code used twice ends what it gave"

# What ends without tokens.
begin && enter "$code" && [ "$(answer deny)" = 303 ] && get "$(location)" &&
    says 'You said no' && told access_denied && told access_denied
ok "deny is told to the device"
begin && sql "UPDATE device_codes SET expires = 1 WHERE state = 'pending'" > out
told expired_token && enter "$code" && says 'No device waits'
ok "an expired code is told to the device and the person"
device=nonsense && told invalid_grant &&
    http -o answer -d client_id=terminal -d "grant_type=$grant" "$url/oauth/token" &&
    fault invalid_request
ok "an unknown device code is refused"
begin && enter "$code" && [ "$(answer allow -d env=paper)" = 303 ] &&
    "$brokerd" revoke --store s --user alice --app terminal > out && told invalid_grant
ok "what was revoked before the poll gives nothing"
begin && enter "$code" && [ "$(answer allow -d env=paper)" = 303 ] &&
    sql "UPDATE users SET disabled = 1 WHERE name = 'alice'" > out && told invalid_grant &&
    sql "UPDATE users SET disabled = 0" > out && poll && grep -q access_token answer
ok "a user who is disabled before the poll gives nothing, until let in again"
begin && enter "$code" && sql "UPDATE apps SET enabled = 0 WHERE client_id = 'terminal'" > out
enter "$code" && says 'No device waits' && told unauthorized_client
ok "an app that is disabled gets nothing"
sql "UPDATE apps SET enabled = 1" > out

sql "UPDATE apps SET optional_scopes = 'data' WHERE client_id = 'terminal'" > out
begin -d 'scope=trading data' && enter "$code" &&
    grep -q 'name="scope.data" value="yes" checked>' page &&
    grep -q 'name="offered" value="data"' page && [ "$(answer allow -d env=paper)" = 303 ] &&
    poll && grep -q '"scope":"trading"' answer
ok "what is optional is ticked at first, and given only if it stays so"
sql "UPDATE apps SET optional_scopes = '' WHERE client_id = 'terminal'" > out

# Signing in to a host.
begin --data-urlencode "authorization_details=$login" -d scope=host:login &&
    echo "$number" | grep -qx '[0-9][0-9]' && enter "$code" &&
    says 'You are signing in to ssh on db1.example.com as alice' &&
    grep -q 'name="number"' page && ! grep -qF ">$number<" page
ok "a login names host, service and user, and asks for the number"
wrong=$(printf %02d $(((${number#0} + 1) % 100)))
[ "$(answer allow -d env=paper)" = 400 ] && says 'the number is missing' &&
    [ "$(answer allow -d env=paper -d number=7)" = 400 ] &&
    [ "$(answer allow -d env=paper -d "number=${number}0")" = 400 ] &&
    [ "$(answer allow -d env=paper -d "number=${number}x")" = 400 ] &&
    [ "$(sql "SELECT max(wrong) FROM device_codes")" = 0 ]
ok "no number is no try"
[ "$(answer allow -d env=paper -d "number=$wrong")" = 400 ] &&
    says 'not the number shown' && told authorization_pending
ok "a wrong number allows nothing"
rest
[ "$(answer allow -d env=paper -d "number=$number")" = 303 ] && poll &&
    introspect gate "$(text access_token)" | grep -q '"host":"db1.example.com"'
ok "the right number gives a token that names the login"
begin --data-urlencode "authorization_details=$login" && enter "$code"
wrong=$(printf %02d $(((${number#0} + 1) % 100)))
answer allow -d env=paper -d "number=$wrong" > out
answer allow -d env=paper -d "number=$wrong" > out
[ "$(answer allow -d env=paper -d "number=$wrong")" = 403 ] &&
    says 'wrong three times' && told access_denied && get /device &&
    [ "$(answer allow -d env=paper -d "number=$number")" = 200 ] &&
    [ "$(sql "SELECT count(*) FROM audit WHERE action = 'device.deny' AND detail = 'wrong numbers'")" = 1 ]
ok "three wrong numbers deny, and are on record"

# Guessing.
sign_in bob builder && begin
for i in BBBBBBBB CCCCCCCC DDDDDDDD FFFFFFFF GGGGGGGG; do
	enter $i
	says 'No device waits' || break
done && get /device && [ "$(post /device -d "user_code=$code")" = 429 ] &&
    says 'Too many wrong codes' && get "/device?user_code=$code" &&
    [ "$(status)" = 429 ] && ! says "$code" && [ "$(answer allow -d env=paper)" = 429 ] &&
    told authorization_pending
ok "guessing is stopped, even for the right code"
get /device && [ "$(post /device -d user_code=short)" = 200 ] && says 'eight letters' &&
    [ "$(post /device -d x=1)" = 200 ] && says 'Type the code'
ok "what is no code is told beside the field"
jar=jar.alice
enter "$code" && grep -q 'value="allow"' page
ok "and for that user only"

! grep -qF -e "$device" log && ! grep -qF -e "$token" log
ok "the log holds no code and no token"
stop_server
ok "SIGTERM stops it cleanly"
echo "1..$count"
