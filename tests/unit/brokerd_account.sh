# SPDX-License-Identifier: ISC
# The end user's own pages of the built brokerd: the accounts and the password.
set -u
brokerd=$top_builddir/brokerd/brokerd
if ! command -v curl > /dev/null; then
	echo "1..0 # SKIP curl is not installed"
	exit 0
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/brokerd.XXXXXX") || exit 99
server=
stop() { [ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$dir"; }
trap stop EXIT INT TERM
cd "$dir" || exit 99
count=0

ok()
{
	result=$?
	count=$((count + 1))
	[ $result -eq 0 ] && echo "ok $count - $1" || echo "not ok $count - $1"
}

"$brokerd" init --store s > out || exit 99
printf 'wonder-land' > password
"$brokerd" user add --store s --user alice --password-file password > out || exit 99
"$brokerd" serve --store s > url 2> log &
server=$!
tries=0
until [ -s url ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { cat log >&2; exit 99; }
	sleep 0.05
done
url=$(cat url)
jar=jar

browse() # PATH [MORE...]: the status; the page is in `page`
{
	where=$1
	shift
	curl -s -m 20 --noproxy '*' -b "$jar" -c "$jar" -D head -o page \
	    -w '%{http_code}' "$@" "$url$where"
}
location() { sed -n 's/^[Ll]ocation: //p' head | tr -d '\r'; }
form_token() { sed -n 's/.*name="form_token" value="\([^"]*\)".*/\1/p' page | head -1; }
post() # PATH [FORM...], with the token of the page that was shown last
{
	where=$1
	shift
	browse "$where" --data-urlencode "form_token=$(form_token)" "$@"
}
sign_in() # PASSWORD
{
	browse /sign-in > out
	[ "$(post /sign-in -d username=alice -d "password=$1")" = 303 ]
}

[ "$(browse /)" = 200 ] && grep -q 'href="/sign-in"' page
ok "the first page is for those who are signed out"
[ "$(browse /account)" = 303 ] && location | grep -q '^/sign-in?return=%2Faccount$' &&
    [ "$(browse /account/password)" = 303 ]
ok "the account is for those who are signed in"
sign_in wonder-land && [ "$(location)" = /account ] && [ "$(browse /)" = 303 ] &&
    [ "$(location)" = /account ]
ok "signing in leads to it, and so does the first page"
[ "$(browse /account)" = 200 ] && grep -q 'Paper account <span class="badge badge-active' page &&
    grep -Eq '<code>PA[0-9A-Z]{10}</code>' page && grep -q 'href="/account" aria-current' page
ok "it shows the paper account"
grep -q 'You have none yet' page && grep -q 'Ask for a live account' page &&
    grep -q 'href="/connected"' page && grep -q 'href="/apps"' page
ok "offers a live one and says where things are"

[ "$(browse /account/live -d x=1)" = 403 ] && [ "$(browse /account)" = 200 ] &&
    grep -q 'You have none yet' page
ok "a request without the form's token is refused"
[ "$(post /account/live)" = 303 ] && [ "$(location)" = '/account?notice=live-requested' ] &&
    [ "$(browse "$(location)")" = 200 ] && grep -q 'role="status">You have asked' page &&
    grep -q 'badge-requested' page && grep -Eq 'asked for one on 20[0-9-]{8} [0-9:]{5} UTC' page &&
    ! grep -q 'Ask for a live account' page
ok "a live account is asked for, and the page says since when"
[ "$(post /account/live)" = 303 ] && [ "$(location)" = /account ]
ok "asking twice changes nothing"

"$brokerd" live refuse --store s --user alice --reason 'Too <young>.' > out &&
    [ "$(browse /account)" = 200 ] && grep -q 'badge-refused' page &&
    grep -q 'The reason: Too &lt;young&gt;\.' page
ok "a refusal is told with its reason"
[ "$(post /account/live)" = 303 ] && [ "$(browse /account)" = 200 ] && grep -q 'badge-requested' page
ok "and one may ask again"
"$brokerd" live approve --store s --user alice > out && [ "$(browse /account)" = 200 ] &&
    grep -Eq '<code>LV[0-9A-Z]{10}</code>' page && ! grep -q 'action="/account/live"' page
ok "a live account is shown with its number"
[ "$(post /account/live)" = 303 ] && [ "$(location)" = /account ]
ok "and cannot be asked for any more"

# Passwords.
change() # CURRENT NEW
{
	browse /account/password > out
	post /account/password --data-urlencode "current=$1" --data-urlencode "password=$2"
}
[ "$(change wrong-one looking-glass)" = 200 ] && grep -q 'not the password that you have' page &&
    ! grep -q looking-glass page && ! grep -q wrong-one page
ok "the old password must be right"
[ "$(change wonder-land short)" = 200 ] && grep -q 'shorter than 8' page &&
    [ "$(change wonder-land alice)" = 200 ] && grep -q 'shorter than 8' page &&
    [ "$(change wonder-land "$(printf '%0257d' 0)")" = 200 ] && grep -q 'longer than 256' page &&
    [ "$(change wonder-land wonder-land)" = 200 ] && grep -q 'This is the password that you have now' page &&
    [ "$(change '' looking-glass)" = 200 ] && grep -q 'Enter the password that you have now' page
ok "a password that will not do is told beside its field"
[ "$(browse /account/password -d current=wonder-land -d password=looking-glass)" = 403 ]
ok "a change without the form's token is refused"
jar=other
sign_in wonder-land
ok "another browser is signed in"
jar=jar
# With the one above these are all but one of the tries that are free; the right
# password takes them back.
for i in 1 2 3; do change wrong-one looking-glass > out; done
before=$(sed -n 's/.*brokerd_session.//p' jar)
[ "$(change wonder-land looking-glass)" = 303 ] && [ "$(location)" = '/account?notice=password-changed' ] &&
    [ "$(sed -n 's/.*brokerd_session.//p' jar)" != "$before" ] &&
    [ "$(browse /account)" = 200 ] && grep -q 'signed in as <strong>alice' page
ok "the password is changed and this browser stays signed in, by a new cookie"
sed "s/$(sed -n 's/.*brokerd_session.//p' jar)/$before/" jar > old
jar=old
[ "$(browse /account)" = 303 ]
ok "the old cookie is worth nothing"
jar=other
[ "$(browse /account)" = 303 ] && ! sign_in wonder-land && sign_in looking-glass
ok "the other browser is signed out, and only the new password works"
for i in 1 2 3 4 5; do change wrong-one rabbit-hole > out; done
[ "$(change looking-glass rabbit-hole)" = 429 ] && grep -q 'Too many tries' page
ok "guessing is slowed down, even for the right password"

"$brokerd" audit list --store s --actor alice > audit
[ "$(grep -c account.request_live audit)" = 2 ] && [ "$(grep -c user.password audit)" = 1 ]
ok "the audit log has the requests and the new password"

kill -TERM $server && wait $server
ok "SIGTERM stops it cleanly"
server=
! grep -Eq 'wonder-land|looking-glass|rabbit-hole' log
ok "the log holds no password"
echo "1..$count"
