# SPDX-License-Identifier: ISC
# The consent page: what it says about app, scopes, account and host, and that
# what is granted is what it said.
. "$top_srcdir/tests/unit/browser.sh"

make_store
back=https://helper.example.com/cb
for state in approved draft; do
	approved=
	[ $state = draft ] || approved=--approved
	add_app $state $approved --title "Helper <$state>" --owner bob \
	    --scope "trading data account:write host:login" --redirect $back \
	    --redirect http://127.0.0.1/cb --redirect com.example.helper:/cb \
	    --secret-file $state
done
add_app house --approved --scope trading --redirect $back --secret-file house
sql "UPDATE apps SET optional_scopes = 'data account:write',
    description = 'Keeps <things> balanced.', website = 'https://helper.example.com/?a&b',
    terms_url = 'javascript:alert(1)', privacy_url = 'https://helper.example.com/p'
    WHERE owner IS NOT NULL AND client_id <> 'trader'"
start_server

q="response_type=code&redirect_uri=$back&state=STATE77&nonce=NONCE77"
granted() # COLUMN: of the newest grant
{
	sql "SELECT $1 FROM grants ORDER BY id DESC LIMIT 1"
}
grants() { sql "SELECT count(*) FROM grants"; }
offers() { grep -q "name=\"env\" value=\"$1\"" page; }

sign_in alice wonder
p="$q&client_id=approved&scope=trading+data"

# The app.
open_page "$p" && says 'Allow Helper &lt;approved&gt; to use your account?' &&
    says 'Keeps &lt;things&gt; balanced.' && says 'Made bybob' && says 'Approved for live trading' &&
    says 'You are signed in as alice' && [ "$(grep -c '<h1>' page)" = 1 ]
ok "it shows the app, its owner, its review and who is signed in"
grep -q '<a href="https://helper.example.com/?a&amp;b" rel="noreferrer noopener">Website</a>' page &&
    grep -q 'rel="noreferrer noopener">Privacy policy</a>' page && ! grep -q javascript page &&
    ! says 'Terms of use'
ok "it links to the app's pages, and to web pages only"
says "Either way you return to https://helper.example.com." &&
    open_page "$(echo "$p" | sed 's|https://helper.example.com/|http://127.0.0.1:5001/|')" &&
    says "to http://127.0.0.1:5001, a program on this computer" &&
    open_page "$(echo "$p" | sed 's|https://helper.example.com/cb|com.example.helper:/cb|')" &&
    says "you return to com.example.helper:"
ok "it says where one returns to"
open_page "$p" && ! says STATE77 && ! says NONCE77
ok "it shows neither state nor nonce"
open_page "$q&client_id=draft" && says 'Not reviewed yet Paper accounts only, except for its owner'
ok "it says what an app may not do before its review"
sql "UPDATE apps SET state = 'submitted' WHERE client_id = 'draft'"
open_page "$q&client_id=draft" && says 'In review Paper accounts only'
sql "UPDATE apps SET state = 'rejected' WHERE client_id = 'draft'"
open_page "$q&client_id=draft" && says 'Not approved Paper accounts only'
ok "it tells apps in review and rejected ones apart"
sql "UPDATE apps SET state = 'draft' WHERE client_id = 'draft'"
open_page "$q&client_id=house" && says 'Made byThis broker'
ok "an app without an owner is the broker's"
open_page "$p" && ! grep -q '<img' page && grep -q '<span class="logo" aria-hidden="true">H</span>' page &&
    sql "INSERT INTO app_logos SELECT id, x'00', x'00', 1 FROM apps WHERE client_id = 'approved'" &&
    open_page "$p" && grep -qE '<img class="logo" src="/apps/[0-9]+/logo" alt=""' page
ok "it shows the app's logo, or a letter"

# Scopes.
open_page "$p" && says 'See your account: number, status and balances' &&
    grep -q '<li>Place, change and cancel orders for you <code>trading</code>' page &&
    grep -q 'type="checkbox" name="scope.data" value="yes" checked>' page &&
    [ "$(grep -c 'name="scope\.' page)" = 1 ]
ok "required scopes are listed, optional ones ticked"
choose() # SCOPE QUERY [MORE...]: that scope is granted
{
	scope=$1 request=$2
	shift 2
	open_page "$request" && decide allow "$request" -d env=paper "$@" &&
	    [ -n "$(code_of_answer)" ] && [ "$(granted scope)" = "$scope" ]
}
choose "trading data" "$p" -d scope.data=yes
ok "a ticked scope is granted"
choose trading "$p"
ok "an unticked scope is not"
choose trading "$p" -d scope.account:write=yes -d scope.root=yes -d scope=data
ok "a scope that was not asked for is not granted"
choose '' "$q&client_id=approved&scope=data" &&
    choose "account:write trading" "$q&client_id=approved&scope=account:write+trading+data" \
    -d scope.account:write=yes
ok "all optional scopes may be unticked"

# Answers.
before=$(grants)
for word in deny Allow yes ''; do
	open_page "$p"
	decide "$word" "$p" -d env=paper
	location | grep -q "^$back?error=access_denied&.*&state=STATE77&iss=" || break
done && [ "$(grants)" = "$before" ]
ok "any answer but allow is a no"
open_page "$p" && decide allow "$p" && [ "$(status)" = 400 ] && [ -z "$(location)" ] &&
    says 'Choose the account' && ! grep -q 'name="scope.data" value="yes" checked' page &&
    decide allow "$p" -d env=demo -d scope.data=yes && [ "$(status)" = 400 ] &&
    grep -q 'name="scope.data" value="yes" checked' page && [ "$(grants)" = "$before" ]
ok "without an account the page comes back as it was"
open_page "$p" && grep -q 'name="offered" value="data"' page &&
    sql "UPDATE apps SET optional_scopes = '' WHERE client_id = 'approved'" > out &&
    decide allow "$p" -d env=paper -d offered=data && [ "$(status)" = 400 ] &&
    says 'now requires what you have unticked' && [ "$(grants)" = "$before" ] &&
    decide allow "$p" -d env=paper && [ "$(granted scope)" = "trading data" ]
ok "what was unticked is not granted because it is required by now"
before=$(grants)
sql "UPDATE apps SET optional_scopes = 'data account:write' WHERE client_id = 'approved'"
open_page "$p" && decide allow "$p&redirect_uri=https://evil.test" -d env=paper &&
    [ "$(status)" = 400 ] && [ -z "$(location)" ] && open_page "$p" && decide allow "$p&prompt=bad" -d env=paper &&
    location | grep -q "^$back?error=invalid_request" && [ "$(grants)" = "$before" ]
ok "an answer to another request than the one checked is none"
open_page "$p" && decide allow "$p" -d env=live && [ -n "$(code_of_answer)" ] &&
    [ "$(granted env)" = live ] && [ "$(granted audience)" = https://hosts.example.test ] &&
    [ "$(sql "SELECT a.number LIKE 'LV%' AND u.name = 'alice' FROM grants g
    JOIN accounts a ON a.id = g.account JOIN users u ON u.id = a.user
    ORDER BY g.id DESC LIMIT 1")" = 1 ] && [ "$(sql "SELECT nonce FROM codes c
    JOIN grants g ON g.id = c.grant_id ORDER BY g.id DESC LIMIT 1")" = NONCE77 ]
ok "the grant has account, audience and nonce"
sql "SELECT actor, subject, detail FROM audit WHERE action = 'grant.allow'
    ORDER BY seq DESC LIMIT 1" > out
[ "$(tr '\n' '|' < out)" = "alice|app approved|env live; scopes trading|" ]
ok "what was allowed is on record"
open_page "$p" && says 'You connected this app before, last on 20' && says 'your live account' &&
    open_page "$q&client_id=draft" && ! says 'connected this app before'
ok "it says whether the app was connected before"
open_page "$p&resource=$(encode "$url")" &&
    decide allow "$p&resource=$(encode "$url")" -d env=paper && [ "$(granted audience)" = "$url" ]
ok "a resource that is asked for is the audience"

# Accounts. `sees EXPECTED QUERY`: which can be chosen, and whether env=live
# shows Allow. `gets CODE? ENV QUERY`: what a form with that account gives.
sees()
{
	open_page "$2"
	seen=
	offers paper && seen=paper
	offers live && seen="$seen live"
	open_page "$2&env=live"
	grep -q 'value="allow"' page && seen="$seen +live" || seen="$seen -live"
	[ "$seen" = "$1" ] || { echo "# $2: $seen"; false; }
}
gives() { open_page "$2" && decide allow "$2" -d "env=$1" && [ -n "$(code_of_answer)" ]; }
denies() # ENV QUERY
{
	open_page "$2" && decide allow "$2" -d "env=$1" && [ "$(status)" = 400 ] &&
	    [ -z "$(location)" ] && says 'Nothing was allowed'
}
ap="$q&client_id=approved&scope=trading" dr="$q&client_id=draft&scope=trading"
live_is() { sql "UPDATE accounts SET state = '$2' WHERE env = 'live' AND user =
    (SELECT id FROM users WHERE name = '$1')"; }

sees "paper live +live" "$ap" && gives live "$ap" && gives paper "$ap" && gives paper "$ap&env=live" &&
    [ "$(granted env)" = live ] && gives live "$ap&env=paper" && [ "$(granted env)" = paper ]
ok "approved app, active account: both, and env decides"
sees "paper -live" "$dr" && gives paper "$dr" && denies live "$dr" && denies live "$dr&env=live"
ok "draft app: paper only"
open_page "$dr&env=live" && says 'cannot be connected' && says 'not approved for live trading' &&
    ! says 'Your account page' && [ "$(grep -c 'name="decision"' page)" = 1 ] &&
    grep -q 'value="deny">Go back to the app' page && decide deny "$dr&env=live" &&
    location | grep -q "^$back?error=access_denied"
ok "a live account that cannot be had: why, and the way back"
open_page "$dr" && says 'Live is not offered here. This app is not approved'
ok "and where it is not asked for, a word about it"
live_is alice requested
sees "paper -live" "$ap" && denies live "$ap" && open_page "$ap&env=live" &&
    says 'asked for and is not open' && grep -q 'href="/account"' page
ok "requested account: paper only"
live_is alice refused
sees "paper -live" "$ap" && denies live "$ap" && open_page "$ap&env=live" && says 'Your live account was refused'
ok "refused account: paper only"
sees "paper -live" "$dr" && open_page "$dr&env=live" && says 'not approved for live trading'
ok "the app's review is named before the account"
sign_in carol carousel && sees "paper -live" "$ap" && denies live "$ap" &&
    open_page "$ap&env=live" && says 'You can ask for a live one'
ok "no live account: paper only, and how to ask"
sign_in bob builder && sees "paper live +live" "$dr" && gives live "$dr" && open_page "$dr" &&
    says 'bob (you)' && says 'It may use your live account, since it is yours'
ok "draft app and its owner: both"
live_is bob requested
sees "paper -live" "$dr" && denies live "$dr"
ok "the owner needs an active account as well"

# A host.
jar=jar.alice
h='[{"user":"alice", "host":"bastion-1.example.com","service":"ssh","type":"host_login"}]'
hq="$q&client_id=approved&scope=host:login&authorization_details=$(encode "$h")"
open_page "$hq" && grep -q '<h2 class="first">You are signing in to ssh on bastion-1.example.com as alice</h2>' page
ok "it says which host is signed in to"
open_page "$ap" && ! says 'signing in to'
ok "and nothing where there is none"
open_page "$hq" && decide allow "$hq" -d env=paper && [ "$(granted details)" = \
    '[{"type":"host_login","host":"bastion-1.example.com","service":"ssh","user":"alice"}]' ] &&
    sql "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1" |
    grep -q 'ssh on bastion-1.example.com as alice'
ok "the grant and the record have it"

# A store that fails.
before=$(grants)
open_page "$ap" && sql "ALTER TABLE audit RENAME TO gone" && decide allow "$ap" -d env=paper &&
    location | grep -q "^$back?error=server_error&" && [ "$(grants)" = "$before" ]
ok "what cannot be recorded is not granted"
sql "ALTER TABLE gone RENAME TO audit"
sql "ALTER TABLE app_errors RENAME TO gone"
open_page "$ap" && decide deny "$ap" && location | grep -q "^$back?error=access_denied" &&
    grep -q 'an error could not be kept' log
ok "an error that cannot be kept is told all the same"
sql "ALTER TABLE gone RENAME TO app_errors"
choose trading "$ap"
ok "and then all is well again"

# Another person.
open_page "$ap" && way=$(sed -n 's|.*action="\(/sign-out?return=[^"]*\)".*|\1|p' page) &&
    [ "$(post "$way")" = 303 ] && get "$(location)" && get "$(location)" && says 'to continue to' &&
    [ "$(post "$(sed -n 's|.*action="\(/sign-in?[^"]*\)".*|\1|p' page)" \
    -d 'username=bob&password=builder')" = 303 ] && get "$(location)" &&
    says 'You are signed in as bob' && says 'Allow Helper'
ok "another person can take over and comes back to the request"

stop_server
! grep -q wonder log && ! grep -q NONCE77 log
ok "the log holds no password and no nonce"
echo "1..$count"
