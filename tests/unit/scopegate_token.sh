# SPDX-License-Identifier: ISC
# Keeping a token and using it: files, the keyring, refresh, the device grant,
# logout, and tokens from elsewhere. The issuer is the built brokerd.
. "$top_srcdir/tests/unit/scopegate_stage.sh"

make_store
device=urn:ietf:params:oauth:grant-type:device_code
add_app term --public --scope "trading data" --redirect http://127.0.0.1/callback \
    --grants "authorization_code refresh_token $device"
add_app secretive --scope data --redirect http://127.0.0.1/callback \
    --grants "authorization_code refresh_token" --secret-file secretive
start_server
chmod 600 secretive
add_section issuer broker "url = $url" "client_id = term" "scope = trading data" \
    "insecure_loopback = yes"
add_section issuer basic "url = $url" "client_id = secretive" "scope = data" \
    "client_secret_file = $dir/secretive" "client_auth = client_secret_basic" \
    "insecure_loopback = yes"
sign_in alice wonder
token() { "$scopegate" token "$@" 2> err; }
# As if so many seconds had passed for the client.
age() # NAME SECONDS
{
	python3 -c 'import json, sys
with open(sys.argv[1]) as f: t = json.load(f)
t["expires_at"] -= int(sys.argv[2])
with open(sys.argv[1], "w") as f: json.dump(t, f)' "$(kept "$1")" "$2"
}
refresh_token() { sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p' "$(kept "$1")"; }

keyring_works() # the calls are those of x86-64; elsewhere this part is left out
{
	[ "$(uname -m)" = x86_64 ] && python3 -c 'import ctypes, sys
libc = ctypes.CDLL(None)
key = libc.syscall(248, b"user", b"scopegate-probe", b"x", 1, -4)
sys.exit(key < 0 or libc.syscall(250, 9, key, -4) != 0)'
}

sign_in_at broker
ok "signed in"
token broker > first && token broker > again && cmp -s first again
ok "a token that lasts is not refreshed"
old=$(refresh_token broker)
age broker 100000
token broker > second && ! cmp -s first second && is_active "$(cat second)" &&
    [ -n "$old" ] && [ "$(refresh_token broker)" != "$old" ] && [ "$(stat -c %a "$(kept broker)")" = 600 ]
ok "one that has run out is refreshed, and the new refresh token kept"
age broker 100000
together=
for n in 1 2 3 4 5 6 7 8; do
	token broker > "parallel.$n" &
	together="$together $!"
done
wait $together
[ "$(sort -u parallel.* | wc -l)" = 1 ] && is_active "$(cat parallel.1)"
ok "eight processes refresh it once between them"
age broker 100000
"$brokerd" revoke --store s < parallel.1 > out
! token broker > out && [ ! -s out ] && grep -q 'has ended: scopegate login broker' err && [ ! -e "$(kept broker)" ]
ok "a grant that has ended says so, and is forgotten"
! token broker > out && grep -q 'not signed in: scopegate login broker' err
ok "then there is none"
sign_in_at basic && age basic 100000 && token basic > out && is_active "$(cat out)"
ok "with a secret in the header it works the same way"
sign_in_at broker && age broker 100000
stop_server
token broker > out
[ $? = 2 ] && [ ! -s out ] && grep -q 'cannot be asked' err && [ -e "$(kept broker)" ]
ok "an issuer that is down is unavailable, and nothing is forgotten"
port=${url##*:}
start_server --listen "$port"
token broker > out && is_active "$(cat out)"
ok "and when it is back, the same refresh token is good"

# The file.
held=$(kept broker)
chmod 640 "$held"
! token broker > out && [ ! -s out ] && grep -q 'could be read by others' err
ok "a file that others could read is not believed"
chmod 600 "$held" && mv "$held" elsewhere && ln -s "$dir/elsewhere" "$held"
! token broker > out && [ ! -s out ]
ok "a symbolic link is not followed"
: > victim
rm "$held" && ln -s "$dir/victim" "$held" && ln -s "$dir/victim" "$state/broker.new" &&
    sign_in_at broker && [ ! -s victim ] && [ ! -L "$held" ] && [ ! -e "$state/broker.new" ]
ok "nor written through"
chmod 755 "$state"
! token broker > out && grep -q 'chmod 700' err
ok "a folder that is open to others is not used"
chmod 700 "$state"
printf '{"version":1}' > "$held"
! token broker > out && grep -q 'is not a token' err && "$scopegate" logout broker 2> err && [ ! -e "$held" ]
ok "what is garbled is told, and can be got rid of"
mkdir other && XDG_STATE_HOME=$dir/other sign_in_at broker && [ -e other/scopegate/broker.token ] &&
    XDG_STATE_HOME=relative token broker > out; [ ! -e relative ]
ok "XDG_STATE_HOME counts, if it is absolute"

# The keyring of the kernel, under a name that is this test's.
ring=ring-$$
sed 's/storage = file/storage = keyring/; s/^\[issuer broker\]/[issuer '$ring']/' "$config" > ring.conf
if keyring_works; then
	"$scopegate" --config ring.conf login --no-browser --timeout 60s $ring > out 2> login.err &
	login=$!
	until link=$(sed -n 's/^  \(http[^ ]*\)$/\1/p' login.err) && [ -n "$link" ]; do sleep 0.05; done
	approve && arrive "$place" && end_login && grep -q "in the kernel's keyring" login.err &&
	    [ ! -e "$(kept $ring)" ]
	good=$?
	cp login.err err # what a failure shows
	[ $good -eq 0 ]
	ok "the keyring keeps it, and no file"
	"$scopegate" --config ring.conf token $ring > out && is_active "$(cat out)" &&
	    "$scopegate" --config ring.conf status | grep -q "^$ring: until"
	ok "it is read from there"
	grep "scopegate:$ring" /proc/keys | grep -q ' 3f3f0000 '
	ok "the user and nobody else may read it"
	"$scopegate" --config ring.conf logout $ring 2> err && ! is_active "$(cat out)" &&
	    ! grep -v ' [I-]R' /proc/keys | grep -q "scopegate:$ring"
	ok "logout revokes the token and ends the key"
else
	for what in keeps reads permissions logout; do
		count=$((count + 1))
		echo "ok $count - keyring: $what # SKIP there is no keyring here"
	done
fi

# Logout.
sign_in_at broker && token broker > out && is_active "$(cat out)" && "$scopegate" logout broker 2> err &&
    grep -q 'kept here is removed, and the issuer has revoked it' err &&
    grep -q 'may still stand: its page of connected apps' err && ! is_active "$(cat out)" && [ ! -e "$(kept broker)" ]
ok "logout revokes and removes, and says what may be left"
"$scopegate" logout broker 2> err
[ $? = 1 ] && grep -q 'not signed in' err
ok "twice is once"
sign_in_at broker && stop_server && ! "$scopegate" logout broker 2> err &&
    grep -q 'removed, but not revoked' err &&
    grep -q 'stands: end that on its page of connected apps' err && [ ! -e "$(kept broker)" ]
ok "an issuer that is down: removed here, and it says what is left"
start_server --listen "$port"

# The device grant.
begin_device() # leaves $code
{
	: > login.err
	"$scopegate" login broker --device --timeout 60s > login.out 2> login.err &
	login=$!
	until code=$(sed -n 's/^  code: //p' login.err) && [ -n "$code" ]; do
		kill -0 $login 2> /dev/null || break
		sleep 0.05
	done
}
begin_device
grep -qxF "  $url/device" login.err && grep -qF "  $url/device?user_code=$code" login.err &&
    get /device && post /device -d "user_code=$code" > out &&
    post /device -d "user_code=$code&decision=allow" -d env=paper > out && end_login &&
    token broker > out && is_active "$(cat out)"
ok "--device: a page, a code, and a token"
begin_device
get /device && post /device -d "user_code=$code" > out && post /device -d "user_code=$code&decision=deny" > out
end_login
[ $? = 1 ] && grep -q 'access was not allowed' login.err
ok "denied on the other device is denied here"
"$scopegate" login basic --device > out 2> err
[ $? = 1 ] && grep -q 'unauthorized_client' err
ok "an app that may not is told so"

# Tokens from elsewhere.
printf 'elsewhere.1\n' > given && chmod 600 given
cat > giver << 'P'
#!/bin/sh
[ "$1" = --for ] && [ "$2" = 'acme;id' ] && printf 'given.by.command\n'
P
chmod +x giver
add_section issuer filed "client_id = x" "source = file:$dir/given"
add_section issuer commanded "client_id = x" "source = command:$dir/giver --for acme;id"
add_section issuer failing "client_id = x" "source = command:/bin/false"
add_section issuer silent "client_id = x" "source = command:/bin/true"
add_section issuer missing "client_id = x" "source = command:/nonexistent/x"
add_section issuer endless "client_id = x" "source = command:/usr/bin/yes"
[ "$(token filed)" = elsewhere.1 ] && [ "$(token commanded)" = given.by.command ]
ok "from a file, and from a command that no shell reads"
for bad in failing silent missing endless; do
	token $bad > out
	[ $? -ne 0 ] && [ ! -s out ] && [ -s err ] || echo "# $bad"
done > wrong
[ ! -s wrong ]
ok "a command that fails, or says nothing or too much, gives no token"
"$scopegate" login filed > out 2> err
[ $? = 64 ] && grep -q 'not from a login here' err
ok "login is for issuers that have one"
script -qec "'$scopegate' token filed" /dev/null < /dev/null > out
grep -q 'not printed on a terminal' out && ! grep -q elsewhere out
ok "a token is not printed on a terminal"
script -qec "'$scopegate' token filed --force" /dev/null < /dev/null > out
grep -q elsewhere.1 out
ok "unless that is what one wants"
"$scopegate" status > out && grep -q '^commanded: by command:' out && ! grep -q elsewhere.1 out
ok "status says where tokens come from"
"$scopegate" token filed > /dev/full 2> err
[ $? = 74 ]
ok "half an output is no success"
stop_server
! grep -qF "$(cat secretive)" log err login.err
ok "no secret is told"
echo "1..$count"
