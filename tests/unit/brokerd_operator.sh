# SPDX-License-Identifier: ISC
# The operator's pages of the built brokerd: who may see them, what two
# operators decide, and what the audit trail says of it.
. "$top_srcdir/tests/unit/browser.sh"

make_store
for name in alpha beta gamma; do
	add_app $name --title "<i>$name" --owner bob --public \
	    --description Trades. --website "https://$name.example.com/" \
	    --scope "trading data" --redirect https://$name.example.com/cb
	run app submit --app $name > out || exit 99
done
add_app own --owner carol --public --description Mine. \
    --website https://own.example.com/
run app submit --app own > out || exit 99
start_server

# Each person has a browser of their own.
look() { jar=jar.$1 && visit "$2"; } # WHO PATH: the status
send() # WHO PATH FORM...: with the token of the form there, or at $from
{
	jar=jar.$1 path=$2
	shift 2
	get "${from:-$path}"
	post "$path" "$@"
}
id() # APP: its number
{
	look carol "/operator/apps?client=$1" > out
	sed -n 's|.*href="/operator/apps/\([0-9]*\)">.*<code>'"$1"'<.*|\1|p' page
}
state() { run app show --app "$1" | sed -n 's/^state *//p'; }
user_id()
{
	look carol "/operator/users?name=$1" > out
	sed -n 's|.*href="/operator/users/\([0-9]*\)">'"$1"'<.*|\1|p' page
}

[ "$(look nobody /operator)" = 303 ] && grep -q '^[Ll]ocation: /sign-in' head
ok "who is not signed in is sent to sign in"
sign_in bob builder && sign_in carol carousel &&
    sign_in dave diver
ok "three people sign in"
alpha=$(id alpha) beta=$(id beta) gamma=$(id gamma) own=$(id own)
bob=$(user_id bob) carol=$(user_id carol) dave=$(user_id dave)
pages="/operator /operator/reviews /operator/apps /operator/apps/$alpha
    /operator/users /operator/users/$bob /operator/live-accounts
    /operator/grants /operator/grants?app=trader /operator/audit
    /operator/keys /operator/receivers /operator/faults"
bad=
for path in $pages /operator/audit.jsonl; do
	[ "$(look bob "$path")" = 403 ] || bad="$bad bob:$path"
	[ "$(look carol "$path")" = 200 ] || bad="$bad carol:$path"
done
[ -z "$bad" ] || echo "#$bad"
[ -z "$bad" ]; ok "operators see every page, others none"
bad=
for path in $pages; do
	look carol "$path" > out
	grep -q '<nav class="tabs" aria-label="Operator">' page &&
	    [ "$(grep -c '<h1>' page)" -eq 1 ] || bad="$bad $path"
done
[ -z "$bad" ]; ok "the operator's navigation is on each"
bad=
for path in apps/$alpha users/$bob live-accounts grants/1 keys; do
	jar=jar.carol
	[ "$(visit "/operator/$path" -d do=suspend -d suspend_reason=x)" = 403 ] &&
	    [ "$(send bob "/operator/$path" -d do=disable)" = 403 ] ||
	    bad="$bad $path"
done
[ -z "$bad" ] && [ "$(state alpha)" = submitted ]
ok "no form works without its token, or for who is no operator"
[ "$(look carol /operator/apps/999)" = 404 ] &&
    [ "$(look carol /operator/users/999)" = 404 ] &&
    [ "$(look carol /operator/grants/999)" = 404 ]
ok "what does not exist is not found"

# Review.
look carol /operator/reviews > out && grep -q '&lt;i&gt;alpha' page &&
    [ "$(grep -o '/operator/apps/[0-9]*' page | head -4 | tr '\n' ' ')" = \
    "/operator/apps/$alpha /operator/apps/$beta /operator/apps/$gamma /operator/apps/$own " ] &&
    grep -q '0 of 2 approvals' page && grep -q 'your own app' page
ok "the queue is oldest first, and escapes titles"
vote() # WHO ID WORD [REASON]
{
	send "$1" "/operator/apps/$2" -d "do=$3" -d "round=${round-1}" \
	    --data-urlencode "vote_reason=${4:-}"
}
[ "$(vote carol "$alpha" approve)" = 303 ] && [ "$(state alpha)" = submitted ] &&
    look carol "/operator/apps/$alpha" > out &&
    grep -q 'voted on this submission already' page &&
    ! grep -q 'value="approve"' page
ok "one approval is not enough, and takes the buttons away"
[ "$(vote carol "$alpha" approve)" = 200 ] &&
    grep -q 'role="alert">You have voted' page && [ "$(state alpha)" = submitted ]
ok "nobody votes twice"
[ "$(vote dave "$alpha" approve 'Looks good.')" = 303 ] &&
    [ "$(state alpha)" = approved ] && look dave "/operator/apps/$alpha" > out &&
    grep -q 'badge-approved' page && grep -q 'Looks good.' page
ok "two operators approve"
[ "$(vote carol "$beta" reject)" = 200 ] &&
    grep -q 'id="vote_reason-problem"' page && [ "$(state beta)" = submitted ] &&
    [ "$(vote carol "$beta" reject "$(head -c 501 /dev/zero | tr '\0' x)")" = 200 ] &&
    grep -q 'longer than 500' page && grep -q 'xxxxxxxx' page &&
    [ "$(state beta)" = submitted ]
ok "a rejection needs a reason; the form comes back with the fault"
[ "$(vote carol "$beta" reject 'Terms & texts "missing"')" = 303 ] &&
    [ "$(state beta)" = rejected ] && look dave "/operator/apps/$beta" > out &&
    grep -q 'Terms &amp; texts &quot;missing&quot;' page
ok "one rejection is enough, and its reason is shown"
run app submit --app beta > out && look carol "/operator/apps/$beta" > out &&
    grep -q 'name="round" value="2"' page &&
    [ "$(vote carol "$beta" approve)" = 200 ] &&
    grep -q 'role="alert">The app was submitted again' page &&
    [ "$(round='' vote dave "$beta" approve)" = 200 ] &&
    look carol "/operator/apps/$beta" > out && grep -q '0 of 2 approvals' page &&
    [ "$(round=2 vote carol "$beta" approve)" = 303 ] &&
    [ "$(state beta)" = submitted ]
ok "a vote on an earlier submission does not count for this one"
look carol "/operator/apps/$own" > out && grep -q 'your own app' page &&
    ! grep -q 'value="approve"' page &&
    [ "$(vote carol "$own" approve)" = 200 ] && [ "$(state own)" = submitted ] &&
    [ "$(vote dave "$own" approve)" = 303 ] && [ "$(state own)" = submitted ]
ok "an operator cannot review an own app"
[ "$(vote carol "$gamma" nonsense)" = 400 ] && [ "$(state gamma)" = submitted ]
ok "an unknown act is refused"

# Suspension.
token=$("$brokerd" token --store s --user bob --app alpha --scope data)
is_active "$token" && [ "$(send carol "/operator/apps/$alpha" -d do=suspend)" = 200 ] &&
    grep -q 'id="suspend_reason-problem"' page && is_active "$token"
ok "a suspension needs a reason"
[ "$(send carol "/operator/apps/$alpha" -d do=suspend -d suspend_reason=Odd.)" = 303 ] &&
    [ "$(state alpha)" = suspended ] && ! is_active "$token"
ok "a suspended app's tokens do not work"
[ "$(send carol "/operator/apps/$alpha" -d do=lift)" = 303 ] &&
    [ "$(state alpha)" = approved ] && is_active "$token"
ok "lifting gives back approval and tokens"

# Lists.
look carol "/operator/apps?state=submitted" > out && grep -q '>gamma<' page &&
    ! grep -q '>alpha<' page && look carol "/operator/apps?owner=car" > out &&
    grep -q '>own<' page && ! grep -q '>alpha<' page &&
    look carol "/operator/apps?client=zzz" > out && grep -q 'class="empty"' page
ok "apps are found by state, client id and owner"

# People.
act() { send "$1" "/operator/users/$2" -d "do=$3"; }
[ "$(act carol "$carol" disable)" = 200 ] && grep -q 'to yourself' page &&
    [ "$(act carol "$carol" unmake_operator)" = 200 ] &&
    look carol "/operator/users/$carol" > out && grep -q 'This is you' page
ok "nobody disables or demotes themselves"
[ "$(act carol "$bob" disable)" = 303 ] && ! is_active "$token" &&
    [ "$(look bob /operator)" = 303 ] && [ "$(act carol "$bob" enable)" = 303 ] &&
    is_active "$token"
ok "a disabled user is signed out and has no working token"
[ "$(act carol "$bob" make_operator)" = 303 ] &&
    sign_in bob builder && [ "$(look bob /operator)" = 200 ] &&
    [ "$(act bob "$dave" unmake_operator)" = 303 ] &&
    [ "$(look dave /operator)" = 403 ] && [ "$(act bob "$carol" disable)" = 303 ] &&
    ! run user operator --user bob --off 2> err && grep -q 'last operator' err &&
    [ "$(act bob "$carol" enable)" = 303 ] &&
    sign_in carol carousel &&
    [ "$(act carol "$bob" unmake_operator)" = 303 ]
ok "operators are made and unmade, but for the last"
[ "$(act carol "$bob" nonsense)" = 400 ]; ok "an unknown act on a user is refused"

# Grants.
look carol "/operator/grants?user=bob&app=alpha" > out
grant=$(sed -n 's|.*href="/operator/grants/\([0-9]*\)".*|\1|p' page)
[ -n "$grant" ] && [ "$(send carol "/operator/grants/$grant")" = 200 ] &&
    grep -q 'id="reason-problem"' page && is_active "$token" &&
    [ "$(send carol "/operator/grants/$grant" -d reason=Stolen.)" = 303 ] &&
    ! is_active "$token" && look carol "/operator/grants/$grant" > out &&
    grep -q 'by an operator: Stolen.' page && ! grep -q 'Revoke the grant' page &&
    [ "$(from=/operator/keys send carol "/operator/grants/$grant" -d reason=x)" = 200 ] &&
    grep -q 'revoked already' page
ok "a grant is revoked once, with a reason"
look carol "/operator/grants?user=nobody" > out &&
    grep -q 'Nobody has this name' page && ! grep -q '<table' page
ok "a search for nobody says so"

# Live accounts.
ask() { from=/account send "$1" /account/live; }
account() # NAME: the number of the form that decides
{
	look carol /operator/live-accounts > out
	tr '\n' ' ' < page | sed 's/<li class="card">/\n/g' | grep ">$1<" |
	    sed -n 's/.*name="account" value="\([0-9]*\)".*/\1/p'
}
judge() # WHO NUMBER WORD [REASON]
{
	send "$1" /operator/live-accounts -d "account=$2" -d "do=$3" \
	    --data-urlencode "reason=${4:-}"
}
look carol /operator/live-accounts > out && grep -q 'class="empty"' page &&
    [ "$(ask carol)" = 303 ] && [ "$(act carol "$dave" make_operator)" = 303 ] &&
    [ "$(ask dave)" = 303 ] && [ -z "$(account carol)" ] &&
    grep -q 'This is your own request' page
ok "an operator sees the own request without buttons"
number=$(account dave)
[ "$(judge carol "$number" refuse)" = 200 ] &&
    grep -q "id=\"reason-$number-problem\"" page &&
    [ "$(judge carol "$number" nonsense)" = 400 ] && [ -n "$(account dave)" ] &&
    [ "$(judge carol "$number" refuse 'Not <yet>')" = 303 ] &&
    look carol "/operator/users/$dave" > out && grep -q 'Not &lt;yet&gt;' page
ok "a refusal needs a reason, which is kept"
[ "$(from=/operator/keys judge carol "$number" approve)" = 200 ] &&
    grep -q 'decided already' page && [ "$(ask dave)" = 303 ] &&
    [ "$(judge carol "$number" approve)" = 303 ] && [ -z "$(account dave)" ] &&
    look carol "/operator/users/$dave" > out &&
    tr -d '\n' < page | grep -q 'Live account.*badge-active'
ok "who asks again can be approved, once"

# Keys.
look carol /operator/keys > out && grep -q 'class="empty"' page || grep -q '<code>' page
[ "$(send carol /operator/keys)" = 303 ] && look carol /operator/keys > out &&
    grep -q 'current' page && run audit list --action key.rotate | grep -q carol
ok "keys are rotated"
[ "$(send carol /operator/keys)" = 200 ] && grep -q 'five minutes' page &&
    [ "$(run audit list --action key.rotate | grep -c carol)" = 1 ]
ok "but not twice at once"

# Audit.
look carol "/operator/audit?actor=dave&action=app." > out &&
    grep -q '<code>app.approve</code>' page && ! grep -q 'review.approve' page &&
    ! grep -q 'sign_up' page && grep -q 'class="notice".*unaltered' page
ok "the trail is filtered, and said to be whole"
look carol "/operator/audit?from=2026-02-30" > out &&
    grep -q 'id="from-problem"' page && grep -q 'value="2026-02-30"' page &&
    [ "$(look carol "/operator/audit.jsonl?from=x")" = 400 ] &&
    look carol "/operator/audit?from=2020-01-01&until=2020-01-02" > out &&
    grep -q 'class="empty"' page
ok "a day that is none comes back with its fault"
today=$(date -u +%F)
look carol "/operator/audit?until=$today" > out && grep -q '<code>app.approve' page
ok "the last day is a whole day"

# Long records, to fill more than a page and more than an answer.
long=$(printf 'x' && head -c 499 /dev/zero | tr '\0' '\t')
for turn in $(seq 36); do
	run app suspend --app beta --reason "$long" > out &&
	    run app lift --app beta --reason "$long" > out || exit 99
done
numbers() { sed -n 's/.*<td class="number">\([0-9]*\)<.*/\1/p' page; }
look carol "/operator/audit?actor=shell&action=app." > out && numbers > first &&
    more=$(sed -n 's/.*<a href="\([^"]*\)">Next page.*/\1/p' page | sed 's/&amp;/\&/g') &&
    ! grep -q 'First page' page && look carol "$more" > out && numbers > second &&
    grep -q 'First page' page && [ "$(wc -l < first)" -eq 50 ] && [ -s second ] &&
    ! grep -q 'review.approve' page &&
    [ "$(tail -1 first)" -gt "$(head -1 second)" ] &&
    [ "$(run audit list --actor shell --action app. --json | wc -l)" -ge \
    "$(cat first second | wc -l)" ]
ok "the next page goes on with the same filter"
: > lines
next=/operator/audit.jsonl parts=0 bad= jar=jar.carol
while [ -n "$next" ]; do
	browse -D head -o part "$url$next"
	grep -qi '^content-disposition: attachment; filename="audit.jsonl"' head &&
	    [ "$(wc -c < part)" -le 262144 ] && [ -s part ] || bad="$bad $next"
	cat part >> lines
	parts=$((parts + 1))
	next=$(sed -n 's/^[Ll]ink: <\(.*\)>; rel="next".*/\1/p' head)
	[ $parts -lt 9 ] || break
done
[ -z "$bad" ] && [ $parts -gt 1 ] && run audit export > exported &&
    cmp -s lines exported
ok "page and command export the same, in parts that follow each other"
previous=$(printf '%043d' 0 | tr 0 A) bad=
while IFS= read -r line; do
	hash=$(printf '%s' "$line" | sed 's/.*"hash":"\([^"]*\)"}$/\1/')
	printf '%s' "$line" | sed 's/,"hash":"[^"]*"}$/}/' | tr -d '\n' > record
	printf '%s' "$hash=" | tr -- '-_' '+/' | openssl base64 -d -A |
	    od -An -v -tx1 | tr -d ' \n' > wanted
	[ "$(sha256sum < record | cut -d' ' -f1)" = "$(cat wanted)" ] &&
	    grep -qF "\"previous\":\"$previous\"" record || bad="$bad $hash"
	previous=$hash
done < lines
[ -s lines ] && [ -z "$bad" ]
ok "every exported line has its hash by sha256sum, and the one before it"
stop_server
! grep -qF -e "$token" log && ! grep -q carousel log
ok "the log holds no token and no password"
echo "1..$count"
