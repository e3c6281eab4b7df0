# SPDX-License-Identifier: ISC
# `scopegate login` by a browser, against the built brokerd.
. "$top_srcdir/tests/unit/scopegate_stage.sh"

make_store
add_app term --public --scope "trading data" --redirect http://127.0.0.1/callback \
    --grants "authorization_code refresh_token"
add_app bot --alpaca --approved --owner bob --scope "account:write trading data" \
    --redirect http://127.0.0.1/back --secret-file bot
start_server
add_section issuer broker "url = $url" "client_id = term" "scope = trading data" \
    "insecure_loopback = yes"
cp bot bot.secret && chmod 600 bot.secret
add_section issuer alpaca "authorization_endpoint = $url/oauth/authorize" \
    "token_endpoint = $url/oauth/token" "client_id = bot" \
    "client_secret_file = $dir/bot.secret" "scope = account:write trading" \
    "parameters = env=paper" "pkce = no" "redirect_uri = http://127.0.0.1/back" \
    "insecure_loopback = yes"
sign_in alice wonder

begin_login broker
[ "$(query_value response_type)" = code ] && [ "$(query_value client_id)" = term ] &&
    query_value state | grep -Eqx '[A-Za-z0-9_-]{43}' &&
    query_value code_challenge | grep -Eqx '[A-Za-z0-9_-]{43}' &&
    [ "$(query_value code_challenge_method)" = S256 ] &&
    [ "$(query_value scope)" = trading%20data ] &&
    redirect_uri | grep -Eqx 'http://127.0.0.1:[0-9]+/callback'
ok "the link asks for a code, with state, PKCE and a loopback redirect"
approve && arrive "$place" && end_login
ok "the person allows it, and the login ends well"
grep -q 'You can close this window' landed && [ "$(head -1 landing | tr -d '\r')" = 'HTTP/1.1 200 OK' ] &&
    grep -qi '^content-security-policy: default-src' landing && grep -qi '^cache-control: no-store' landing
ok "the browser shows a page that says so, and keeps nothing"
grep -q 'Signed in at broker' login.err && grep -q 'Scopes: trading data' login.err &&
    [ ! -s login.out ]
ok "the terminal says where and for what"
"$scopegate" token broker > token 2> err && is_active "$(cat token)"
ok "the token is the broker's own"
[ "$(stat -c %a "$(kept broker)")" = 600 ] && [ "$(stat -c %a "$state")" = 700 ]
ok "it is kept for the user alone"
"$scopegate" status > out && grep -q '^broker: until 20' out && grep -q 'scopes: trading data' out &&
    grep -q '^alpaca: not signed in' out && ! grep -qF "$(cat token)" out
ok "status tells until when, and no token"

begin_login alpaca
[ -z "$(query_value code_challenge)" ] && [ "$(query_value env)" = paper ] &&
    redirect_uri | grep -Eqx 'http://127.0.0.1:[0-9]+/back'
ok "as Alpaca has it: no PKCE, and env=paper"
approve && arrive "$place" && end_login
ok "a confidential app signs in, too"
"$scopegate" token alpaca > token.alpaca && [ "$(api "$(cat token.alpaca)" /paper/v2/account)" = 200 ]
ok "its token opens the paper account"
"$scopegate" status > out && grep -q '^alpaca: until the issuer ends it' out
ok "and no expiry is made up for it"

# What must not be taken.
begin_login broker
open_page "$(link_query)" && decide deny "$(link_query)"
arrive "$(location)"
! end_login && grep -q 'access was not allowed at the broker (access_denied' login.err &&
    grep -q 'not signed in' landed && grep -q ' 400 ' landing
ok "denied: said in words, in the terminal and the browser"
begin_login broker --timeout 60s
approve
arrive "$(redirect_uri)?code=stolen&state=guessed" && grep -q 'not the answer' landed
ok "a redirect with another state is answered, and not taken"
http -o landed -w '%{http_code}' "$(redirect_uri | sed 's/callback/favicon.ico/')" > out &&
    [ "$(cat out)" = 404 ]
ok "another path is not found"
arrive "$(printf '%s' "$place" | sed 's/state=[^&]*&*//')" && grep -q 'not the answer' landed
ok "no state is another state"
arrive "$place" && end_login
ok "and the real one still counts"
begin_login broker
approve
arrive "$(printf '%s' "$place" | sed "s/iss=[^&]*/iss=https%3A%2F%2Fevil.example.com/")"
! end_login && grep -q "another issuer's" login.err && grep -q 'RFC 9207' login.err
ok "a redirect of another issuer ends the login"
begin_login broker
approve
arrive "$(printf '%s' "$place" | sed 's/&*iss=[^&]*//')"
! end_login && grep -q 'does not name its issuer' login.err
ok "so does one that leaves out the name that was promised"
begin_login broker
approve
arrive "$place&code=other"
! end_login && grep -q 'twice' login.err
ok "and one that says something twice"
begin_login broker
approve
arrive "$(printf '%s' "$place" | sed 's/code=[^&]*/code=made-up/')"
! end_login && grep -q 'invalid_grant' login.err && ! grep -q 'made-up' login.err
ok "a made-up code is refused by the broker, and not repeated"
begin_login broker --timeout 1s
end_login
[ $? = 2 ] && grep -q 'nobody finished the sign-in in time' login.err
ok "nobody comes: it ends at the time-out"
begin_login broker --timeout 2s
arrive "$(redirect_uri)?code=x&state=y"
! end_login && grep -q 'in time' login.err && grep -q 'another state' login.err
ok "and says so if a stranger came"

# Browsers connect without asking, and ask in pieces.
begin_login broker
approve
python3 - "$place" > out 2>&1 << 'P'
import socket, sys, urllib.parse
place = urllib.parse.urlsplit(sys.argv[1])
silent = [socket.create_connection((place.hostname, place.port)) for _ in range(12)]
slow = socket.create_connection((place.hostname, place.port))
head = f"GET {place.path}?{place.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
for octet in head[:20], head[20:50], head[50:]:
    slow.sendall(octet)
print(slow.makefile("rb").read().decode())
P
end_login && grep -q 'You can close this window' out
ok "silent connections do not hold up the one that asks, in pieces"
begin_login broker
python3 - "$(redirect_uri)" > out 2>&1 << 'P'
import socket, sys, urllib.parse
place = urllib.parse.urlsplit(sys.argv[1])
big = socket.create_connection((place.hostname, place.port))
try:
    big.sendall(b"GET /callback?x=" + b"a" * 60000)
    print(len(big.makefile("rb").read()))
except OSError:
    print("cut off")
P
approve && arrive "$place" && end_login
ok "a request without end is cut off, and the login goes on"

# Ports.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
other=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
add_section issuer ports "url = $url" "client_id = term" "insecure_loopback = yes" \
    "redirect_uri = http://127.0.0.1:$port/callback" \
    "redirect_uri = http://127.0.0.1:$other/callback"
python3 -c 'import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(); print("up", flush=True); sys.stdin.read()' \
    "$port" < /dev/zero > squatter &
squatter=$!
until grep -q up squatter; do sleep 0.05; done
begin_login ports
[ "$(redirect_uri)" = "http://127.0.0.1:$other/callback" ] && approve && arrive "$place" && end_login
ok "a port in use: the next one is taken"
begin_login ports
"$scopegate" login ports --no-browser > out 2> err
[ $? = 2 ] && grep -q 'no port of the redirect URIs is free' err
ok "none is free: it says what to do"
kill $login $squatter
wait $login $squatter 2> /dev/null

# A browser of the user's own.
cat > opener << P
#!/bin/sh
printf '%s\n' "\$#" "\$@" > '$dir/opened'
P
chmod +x opener
BROWSER="/nonexistent/one:$dir/opener --new %s tail" "$scopegate" login broker --timeout 60s > out 2> login.err &
login=$!
until [ -s opened ]; do kill -0 $login || break; sleep 0.05; done
link=$(sed -n '3p' opened)
grep -q 'Your browser opens' login.err && [ "$(sed -n 1p opened)" = 3 ] && [ "$(sed -n '4p' opened)" = tail ] &&
    grep -qF "  $link" login.err && approve && arrive "$place" && end_login
ok "\$BROWSER opens the link, and it is printed too"

"$scopegate" login "$url" > out 2> err
[ $? = 64 ] && grep -q 'plain http' err
ok "a URL without a section is https"
"$scopegate" login https://127.0.0.1:1 --client-id term > out 2> err
[ $? = 2 ] && grep -q 'https://127.0.0.1:1 cannot be asked' err
ok "an issuer that is not there is unavailable"
sed "s|^url = .*|url = $url/|; s/^\[issuer broker/[issuer slash/" "$config" | sed '/^\[issuer alpaca/,$d' > slash
"$scopegate" --config slash login slash --no-browser --timeout 2s > out 2> err
[ $? = 1 ] && grep -q 'RFC 8414' err
ok "metadata of another issuer are not believed"
stop_server
for secret in token token.alpaca bot; do
	! grep -qF -e "$(cat $secret)" login.err err out log || echo "# $secret was told"
done | { ! grep .; }
ok "no token or secret is told"
echo "1..$count"
