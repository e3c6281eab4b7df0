# SPDX-License-Identifier: ISC
# Alpaca's documented sequence against the built brokerd, to the letter, and
# what the person who allowed it sees of it: the connected apps.
. "$top_srcdir/tests/unit/browser.sh"

make_store
back=https://bot.example.com/callback
add_app bot --alpaca --approved --title '<i>Bot & Co' \
    --owner bob --scope "account:write trading data" --redirect $back \
    --secret-file bot
add_app site --scope openid --secret-file site
start_server

mint() # USER [MORE...]
{
	user=$1
	shift
	"$brokerd" token --store s --user "$user" --app trader "$@"
}
card_id() { sed -n 's/.*<a href="\/connected\/\([0-9]*\)">.*/\1/p' page | head -1; }

[ "$(visit /connected)" = 303 ] && location | grep -q '^/sign-in?return=%2Fconnected$'
ok "connected apps are for those who are signed in"
sign_in alice wonder && [ "$(visit /connected)" = 200 ] &&
    grep -q 'No app has access to your accounts' page && grep -q 'start in the app' page &&
    grep -q 'href="/connected" aria-current' page
ok "without any the page says what to do"

# As Alpaca writes it under "Using OAuth2 and Trading API".
ask="/oauth/authorize?response_type=code&client_id=bot&redirect_uri=$back&state=SomeState8e&scope=account:write%20trading"
[ "$(visit "$ask&env=paper")" = 200 ] && grep -q '&lt;i&gt;Bot &amp; Co' page
ok "1: the app sends the person to the broker, who is asked"
[ "$(post "$ask&env=paper" -d decision=allow -d env=paper)" = 303 ] &&
    location | grep -q "^$back?code=[^&]*&state=SomeState8e$"
ok "2: the broker sends the person back with a code and the state"
code=$(location | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')
[ "$(http -D head -o tokens -w '%{http_code}' -d grant_type=authorization_code \
    -d "code=$code" -d client_id=bot -d "client_secret=$(cat bot)" \
    -d "redirect_uri=$back" "$url/oauth/token")" = 200 ] &&
    grep -Eq '^\{"access_token":"[^"]{36,}","token_type":"bearer","scope":"account:write trading"\}$' tokens &&
    grep -qi '^content-type: application/json' head
ok "3: the app exchanges the code, and gets three fields and no more"
token=$(sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' tokens)
[ "$(api "$token" /paper/v2/account)" = 200 ] && grep -q '"status":"ACTIVE"' out &&
    number=$(sed -n 's/.*"account_number":"\([^"]*\)".*/\1/p' out) && [ -n "$number" ]
ok "4: the token opens the account on the paper host"
[ "$(api "$token" /v2/account)" = 403 ] &&
    api_says 40310000 'access token is not authorized for this scope'
ok "and not the one on the live host"

# What alice sees.
[ "$(visit /connected)" = 200 ] && grep -q '&lt;i&gt;Bot &amp; Co' page && ! grep -q '<i>Bot' page &&
    grep -q 'By bob' page && grep -q 'badge-paper' page && grep -q "<code>$number</code>" page &&
    grep -q 'Place, change and cancel orders' page && grep -q 'Change your account settings' page &&
    ! grep -q 'Read market data' page && grep -q 'class="logo" aria-hidden="true">&lt;<' page &&
    grep -Eq 'Allowed 20[0-9-]{8} [0-9:]{5} UTC\. Last used: 20' page
ok "the app is listed with owner, account, scopes in words and times"
id=$(card_id)
[ "$(visit "/connected/$id")" = 200 ] && [ "$(grep -c '<code>GET /' page)" = 2 ] &&
    grep -Eq '<td>20[0-9-]{8} [0-9:]{8}</td>' page &&
    grep -q '<code>GET /v2/account</code></td><td>No <code>403' page &&
    grep -q '<code>GET /paper/v2/account</code></td><td>Yes <code>200' page &&
    [ "$(grep -n 'GET /v2' page | cut -d: -f1)" -lt "$(grep -n 'GET /paper' page | cut -d: -f1)" ]
ok "its page shows what it did, newest first"
[ "$(visit "/connected/$id?after=1")" = 200 ] && grep -q 'There are no more calls' page &&
    [ "$(visit "/connected/$id?after=x")" = 404 ] && [ "$(visit '/connected?after=0')" = 404 ]
ok "there is an end to it, and a bad page number is not found"

sign_in bob builder && [ "$(visit /connected)" = 200 ] && grep -q 'No app has access' page
ok "another person does not see it"
[ "$(visit "/connected/$id")" = 404 ] && visit /account > out &&
    [ "$(post "/connected/$id/revoke")" = 404 ] && [ "$(api "$token" /paper/v2/account)" = 200 ]
ok "and can neither open nor revoke it"
jar=jar.alice
[ "$(visit /connected/99999)" = 404 ] && [ "$(visit /connected/0)" = 404 ]
ok "a grant that is none is not found"
[ "$(visit "/connected/$id/revoke" -d x=1)" = 403 ] &&
    [ "$(visit "/connected/$id/revoke")" = 405 ] && [ "$(api "$token" /paper/v2/account)" = 200 ]
ok "revoking needs the form's token"

# More than one grant, and another account.
mint alice --scope trading --env paper > first
mint alice --scope data --env paper > second
mint alice --scope trading --env live > live
visit /connected > out
[ "$(grep -c '<li class="card">' page)" = 3 ] && [ "$(grep -c 'badge-live' page)" = 1 ] &&
    grep -q 'Read market data' page
ok "grants to one app on one account are one entry"
trader=$(sed -n 's/.*<a href="\/connected\/\([0-9]*\)">.*badge-paper.*/\1/p' page | head -1)
visit "/connected/$trader" > out
[ "$(post "/connected/$trader/revoke")" = 303 ] && [ "$(location)" = '/connected?notice=access-revoked' ] &&
    [ "$(api "$(cat first)" /paper/v2/account)" = 401 ] &&
    [ "$(api "$(cat second)" /paper/v2/account)" = 401 ] &&
    [ "$(api "$(cat live)" /v2/account)" = 200 ] && [ "$(api "$token" /paper/v2/account)" = 200 ]
ok "revoking ends all of them, and no other"
visit /connected > out
visit "/connected/$(card_id)" > out
visit "/connected/$id" > out
[ "$(post "/connected/$id/revoke")" = 303 ] && [ "$(visit "$(location)")" = 200 ] &&
    grep -q 'role="status">Access is revoked' page && [ "$(grep -c '<li class="card">' page)" = 1 ]
ok "5: Revoke access on the page of the app"
[ "$(api "$token" /paper/v2/account)" = 401 ] && api_says 40110000 'request is not authorized'
ok "6: the token is not authorized any more"
grep -q 'Ended in the last 30 days' page && [ "$(grep -c '<td>by you</td>' page)" = 2 ] &&
    grep -q '<tr><td>&lt;i&gt;Bot &amp; Co, paper</td>' page &&
    [ "$(visit "/connected/$id")" = 404 ] && [ "$(post "/connected/$id/revoke")" = 404 ]
ok "what has ended is listed with when and by whom"
printf '%s' "$(cat live)" | "$brokerd" revoke --store s > out && visit /connected > out
grep -q '<td>by an operator</td>' page && grep -q 'No app has access' page
ok "what an operator ended, too"

"$brokerd" audit list --store s --actor alice --action grant.revoke > audit
[ "$(wc -l < audit)" = 3 ] && grep 'app trader' audit | grep -q 'user alice, paper, 2 grants' &&
    grep 'app bot' audit | grep -q 'user alice, paper, 1 grants'
ok "the audit log has what was revoked"

# What waits to be noted is written at the end.
"$brokerd" token --store s --user alice --app site --scope openid --env paper > again
for path in /paper/v2/account /paper/v2/account /paper/v2/account /oauth/userinfo; do
	api "$(cat again)" $path
done > answers
kill -TERM $server && wait $server
ok "SIGTERM stops it cleanly"
start_server
visit /connected > out
[ "$(visit "/connected/$(card_id)")" = 200 ] && [ "$(cat answers)" = 200200200200 ] &&
    [ "$(grep -c '<code>GET /paper/v2/account' page)" = 3 ] &&
    [ "$(grep -c '<code>GET /oauth/userinfo' page)" = 1 ]
ok "no call is lost, and userinfo is one"
stop_server
! grep -qF -e "$token" log && ! grep -qF -e "$(cat bot)" log && ! grep -qF -e "$code" log
ok "the log holds no token, secret or code"
echo "1..$count"
