# SPDX-License-Identifier: ISC
# The end user's own pages of the built brokerd: the accounts and the password.
. "$top_srcdir/tests/unit/browser.sh"

"$brokerd" init --store s > out || exit 99
printf 'wonder-land' > password
"$brokerd" user add --store s --user alice --password-file password > out || exit 99
start_server
enter() { log_in alice "$1"; } # PASSWORD

[ "$(visit /)" = 200 ] && grep -q 'href="/sign-in"' page
ok "the first page is for those who are signed out"
[ "$(visit /account)" = 303 ] && location | grep -q '^/sign-in?return=%2Faccount$' &&
    [ "$(visit /account/password)" = 303 ]
ok "the account is for those who are signed in"
enter wonder-land && [ "$(location)" = /account ] && [ "$(visit /)" = 303 ] &&
    [ "$(location)" = /account ]
ok "signing in leads to it, and so does the first page"
cookies() # COOKIES: of a browser into which a neighbour has planted one
{
	http -o page -w '%{http_code}' -H "Cookie: $1" "$url/account"
}
mine=brokerd_session=$(sed -n 's/.*brokerd_session.//p' jar)
other=brokerd_session=$(printf '%043d' 0)
[ "$(cookies "$mine")" = 200 ] && [ "$(cookies "a=b; $mine; c=d")" = 200 ] &&
    [ "$(cookies "$mine; $other")" = 303 ] && [ "$(cookies "$other; $mine")" = 303 ] &&
    [ "$(cookies "${mine}0")" = 303 ] && [ "$(cookies "x$mine")" = 303 ]
ok "of two sessions at once neither counts"
[ "$(visit /account)" = 200 ] && grep -q 'Paper account <span class="badge badge-active' page &&
    grep -Eq '<code>PA[0-9A-Z]{10}</code>' page && grep -q 'href="/account" aria-current' page
ok "it shows the paper account"
grep -q 'You have none yet' page && grep -q 'Ask for a live account' page &&
    grep -q 'href="/connected"' page && grep -q 'href="/apps"' page
ok "offers a live one and says where things are"

[ "$(visit /account/live -d x=1)" = 403 ] && [ "$(visit /account)" = 200 ] &&
    grep -q 'You have none yet' page
ok "a request without the form's token is refused"
[ "$(post /account/live)" = 303 ] && [ "$(location)" = '/account?notice=live-requested' ] &&
    [ "$(visit "$(location)")" = 200 ] && grep -q 'role="status">You have asked' page &&
    grep -q 'badge-requested' page && grep -Eq 'asked for one on 20[0-9-]{8} [0-9:]{5} UTC' page &&
    ! grep -q 'Ask for a live account' page
ok "a live account is asked for, and the page says since when"
noticed() # SITE
{
	visit '/account?notice=live-requested' -H "Sec-Fetch-Site: $1" > out
	grep -q 'role="status"' page
}
noticed same-origin && noticed none && ! noticed cross-site && ! noticed same-site &&
    [ "$(visit '/account?notice=<b>')" = 200 ] && ! grep -q 'role="status"' page
ok "a link elsewhere does not make a page say what was done"
visit /account > out
[ "$(post /account/live)" = 303 ] && [ "$(location)" = /account ]
ok "asking twice changes nothing"

"$brokerd" live refuse --store s --user alice --reason 'Too <young>.' > out &&
    [ "$(visit /account)" = 200 ] && grep -q 'badge-refused' page &&
    grep -q 'The reason: Too &lt;young&gt;\.' page
ok "a refusal is told with its reason"
[ "$(post /account/live)" = 303 ] && [ "$(visit /account)" = 200 ] && grep -q 'badge-requested' page
ok "and one may ask again"
"$brokerd" live approve --store s --user alice > out && [ "$(visit /account)" = 200 ] &&
    grep -Eq '<code>LV[0-9A-Z]{10}</code>' page && ! grep -q 'action="/account/live"' page
ok "a live account is shown with its number"
[ "$(post /account/live)" = 303 ] && [ "$(location)" = /account ]
ok "and cannot be asked for any more"

# Passwords.
change() # CURRENT NEW
{
	visit /account/password > out
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
[ "$(visit /account/password -d current=wonder-land -d password=looking-glass)" = 403 ]
ok "a change without the form's token is refused"
jar=other
enter wonder-land
ok "another browser is signed in"
jar=jar
# With the one above these are all but one of the tries that are free; the right
# password takes them back.
for i in 1 2 3; do change wrong-one looking-glass > out; done
before=$(sed -n 's/.*brokerd_session.//p' jar)
[ "$(change wonder-land looking-glass)" = 303 ] && [ "$(location)" = '/account?notice=password-changed' ] &&
    [ "$(sed -n 's/.*brokerd_session.//p' jar)" != "$before" ] &&
    [ "$(visit /account)" = 200 ] && grep -q 'signed in as <strong>alice' page
ok "the password is changed and this browser stays signed in, by a new cookie"
sed "s/$(sed -n 's/.*brokerd_session.//p' jar)/$before/" jar > old
jar=old
[ "$(visit /account)" = 303 ]
ok "the old cookie is worth nothing"
jar=other
[ "$(visit /account)" = 303 ] && ! enter wonder-land && enter looking-glass
ok "the other browser is signed out, and only the new password works"
for i in 1 2 3 4 5; do change wrong-one rabbit-hole > out; done
[ "$(change looking-glass rabbit-hole)" = 429 ] && grep -q 'Too many tries' page
ok "guessing is slowed down, even for the right password"

"$brokerd" audit list --store s --actor alice > audit
[ "$(grep -c account.request_live audit)" = 2 ] && [ "$(grep -c user.password audit)" = 1 ]
ok "the audit log has the requests and the new password"

stop_server
ok "SIGTERM stops it cleanly"
! grep -Eq 'wonder-land|looking-glass|rabbit-hole' log
ok "the log holds no password"
echo "1..$count"
