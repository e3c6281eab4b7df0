# SPDX-License-Identifier: ISC
# A device grant of the gate (RFC 8628) with the built brokerd: what a terminal
# would show, what the page says and asks for, and what comes of the answer.
. "$top_srcdir/tests/unit/browser.sh"
make_store
grant=urn:ietf:params:oauth:grant-type:device_code
add_app terminal --title "The gate" --owner bob --public \
    --scope "trading data" --grants "$grant"
add_app other --owner bob --public --scope "trading" --redirect https://o.example.com/cb
start_server
driver=$top_builddir/tests/unit/device_driver
asker=

configure() # CLIENT
{
	cat > gate.conf <<-EOF
	[validatord]
	audit_log = $dir/audit.jsonl
	host_name = db1.example.com
	[issuer broker]
	url = $url
	insecure_loopback = yes
	validation = grant
	client_id = $1
	client_auth = none
	user_claim = sub
	[policy hosts]
	service = sshd
	issuer = broker
	require = trading
	login = device
	EOF
	chmod 600 gate.conf
}
# Waits for a line, or for the driver's end.
until_told() # WORD
{
	until grep -q "^$1 " told; do
		kill -0 "$asker" 2> /dev/null || { grep -q "^$1 " told; return; }
		sleep 0.1
	done
}
begin()
{
	: > told
	"$driver" "$dir/gate.conf" > told 2>> log &
	asker=$!
	until_told code
}
ends() # WORD
{
	until_told ended
	wait "$asker"
	cp told out
	grep -qx "ended $1" told
}
told() { sed -n "s/^$1 //p" told; }
answer() # WORD [MORE...]
{
	word=$1
	shift
	post /device -d "user_code=$(told code)&decision=$word" "$@"
}

configure terminal
sign_in alice wonder
begin && code=$(told code) && [ "$(told link)" = "$url/device" ] &&
    told code | grep -qx '[BCDFGHJKLMNPQRSTVWXZ]\{4\}-[BCDFGHJKLMNPQRSTVWXZ]\{4\}' &&
    [ "$(told complete)" = "$url/device?user_code=$(told code)" ]
ok "the endpoints are discovered, and link and code can be shown"
told number | grep -qx '[0-9][0-9]'
ok "the number that the page asks for can be shown, too"
get /device && post /device -d "user_code=$(told code)" > out &&
    says 'You are signing in to sshd on db1.example.com as alice' &&
    says 'The gate' && grep -q 'name="number"' page
ok "the page names host, service and user, and asks for the number"
[ "$(answer allow -d env=paper -d "number=$(told number)")" = 303 ] &&
    ends granted && [ "$(told scope)" = trading ] &&
    [ "$(told client)" = terminal ] && [ "$(told token)" = there ]
ok "what was allowed becomes a grant with the scopes that were granted"
begin && get /device && post /device -d "user_code=$(told code)" > out &&
    [ "$(answer deny)" = 303 ] && ends login_declined
ok "what was denied ends the login"
configure other
begin
ends as_rejects_us
ok "a client without the device grant is told so at once"
[ -n "$code" ] && ! grep -qF "$code" log
ok "the log holds no code"
stop_server
ok "the broker stops"
echo "1..$count"
