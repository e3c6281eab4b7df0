# SPDX-License-Identifier: ISC
# The operator's pages of the built brokerd: who may see them, what two
# operators decide, and what the audit trail says of it.
set -u
brokerd=$top_builddir/brokerd/brokerd
for tool in curl openssl; do
	if ! command -v $tool > /dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done
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

printf 'alice:wonder\nbob:builder\ncarol:singing\ndave:dancing\n' > passwords
run() { noun=$1 verb=$2; shift 2; "$brokerd" "$noun" "$verb" --store s "$@"; }
"$brokerd" init --store s --demo --gate-secret-file gate \
    --password-file passwords > out || exit 99
for name in alpha beta gamma; do
	run app add --app $name --title "<i>$name" --owner bob --public \
	    --scope "trading data" --redirect https://$name.example.com/cb \
	    > out || exit 99
	run app submit --app $name > out || exit 99
done
run app add --app own --owner carol --public > out && run app submit --app own \
    > out || exit 99
"$brokerd" serve --store s > url 2> log &
server=$!
tries=0
until [ -s url ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { cat log >&2; exit 99; }
	sleep 0.05
done
url=$(cat url)

http() { curl -s -m 20 --noproxy '*' "$@"; }
# Each person has a browser of their own.
browse() { who=$1; shift; http -b "jar.$who" -c "jar.$who" "$@"; }
get() # WHO PATH: prints the status; the page is in `page`
{
	browse "$1" -D head -o page -w '%{http_code}' "$url$2"
}
post() # WHO PATH FORM...: with the form token of the page that is shown there
{
	who=$1 path=$2
	shift 2
	browse "$who" -o form "$url${from:-$path}"
	browse "$who" -D head -o page -w '%{http_code}' --data-urlencode \
	    "form_token=$(sed -n 's/.*name="form_token" value="\([^"]*\)".*/\1/p' \
	    form | head -1)" "$@" "$url$path"
}
sign_in() { post "$1" /sign-in -d "username=$1&password=$2"; }
id() # APP: its number
{
	get carol "/operator/apps?client=$1" > out
	sed -n 's|.*href="/operator/apps/\([0-9]*\)">.*<code>'"$1"'<.*|\1|p' page
}
state() { run app show --app "$1" | sed -n 's/^state *//p'; }
user_id()
{
	get carol "/operator/users?name=$1" > out
	sed -n 's|.*href="/operator/users/\([0-9]*\)">'"$1"'<.*|\1|p' page
}

[ "$(get nobody /operator)" = 303 ] && grep -q '^[Ll]ocation: /sign-in' head
ok "who is not signed in is sent to sign in"
[ "$(sign_in bob builder)" = 303 ] && [ "$(sign_in carol singing)" = 303 ] &&
    [ "$(sign_in dave dancing)" = 303 ]
ok "three people sign in"
alpha=$(id alpha) beta=$(id beta) gamma=$(id gamma) own=$(id own)
bob=$(user_id bob) carol=$(user_id carol) dave=$(user_id dave)
pages="/operator /operator/reviews /operator/apps /operator/apps/$alpha
    /operator/users /operator/users/$bob /operator/live-accounts
    /operator/grants /operator/grants?app=trader /operator/audit
    /operator/keys /operator/receivers /operator/faults"
bad=
for path in $pages /operator/audit.jsonl; do
	[ "$(get bob "$path")" = 403 ] || bad="$bad bob:$path"
	[ "$(get carol "$path")" = 200 ] || bad="$bad carol:$path"
done
[ -z "$bad" ] || echo "#$bad"
[ -z "$bad" ]; ok "operators see every page, others none"
bad=
for path in $pages; do
	get carol "$path" > out
	grep -q '<nav class="tabs" aria-label="Operator">' page &&
	    [ "$(grep -c '<h1>' page)" -eq 1 ] || bad="$bad $path"
done
[ -z "$bad" ]; ok "the operator's navigation is on each"
bad=
for path in apps/$alpha users/$bob live-accounts grants/1 keys; do
	[ "$(browse carol -o page -w '%{http_code}' -d do=suspend \
	    -d suspend_reason=x "$url/operator/$path")" = 403 ] &&
	    [ "$(post bob "/operator/$path" -d do=disable)" = 403 ] ||
	    bad="$bad $path"
done
[ -z "$bad" ] && [ "$(state alpha)" = submitted ]
ok "no form works without its token, or for who is no operator"
[ "$(get carol /operator/apps/999)" = 404 ] &&
    [ "$(get carol /operator/users/999)" = 404 ] &&
    [ "$(get carol /operator/grants/999)" = 404 ]
ok "what does not exist is not found"

# Review.
get carol /operator/reviews > out && grep -q '&lt;i&gt;alpha' page &&
    [ "$(grep -o '/operator/apps/[0-9]*' page | head -4 | tr '\n' ' ')" = \
    "/operator/apps/$alpha /operator/apps/$beta /operator/apps/$gamma /operator/apps/$own " ] &&
    grep -q '0 of 2 approvals' page && grep -q 'your own app' page
ok "the queue is oldest first, and escapes titles"
vote() # WHO ID WORD [REASON]
{
	post "$1" "/operator/apps/$2" -d "do=$3" -d "round=${round-1}" \
	    --data-urlencode "vote_reason=${4:-}"
}
[ "$(vote carol "$alpha" approve)" = 303 ] && [ "$(state alpha)" = submitted ] &&
    get carol "/operator/apps/$alpha" > out &&
    grep -q 'voted on this submission already' page &&
    ! grep -q 'value="approve"' page
ok "one approval is not enough, and takes the buttons away"
[ "$(vote carol "$alpha" approve)" = 200 ] &&
    grep -q 'role="alert">You have voted' page && [ "$(state alpha)" = submitted ]
ok "nobody votes twice"
[ "$(vote dave "$alpha" approve 'Looks good.')" = 303 ] &&
    [ "$(state alpha)" = approved ] && get dave "/operator/apps/$alpha" > out &&
    grep -q 'badge-approved' page && grep -q 'Looks good.' page
ok "two operators approve"
[ "$(vote carol "$beta" reject)" = 200 ] &&
    grep -q 'id="vote_reason-problem"' page && [ "$(state beta)" = submitted ] &&
    [ "$(vote carol "$beta" reject "$(head -c 501 /dev/zero | tr '\0' x)")" = 200 ] &&
    grep -q 'longer than 500' page && grep -q 'xxxxxxxx' page &&
    [ "$(state beta)" = submitted ]
ok "a rejection needs a reason; the form comes back with the fault"
[ "$(vote carol "$beta" reject 'Terms & texts "missing"')" = 303 ] &&
    [ "$(state beta)" = rejected ] && get dave "/operator/apps/$beta" > out &&
    grep -q 'Terms &amp; texts &quot;missing&quot;' page
ok "one rejection is enough, and its reason is shown"
run app submit --app beta > out && get carol "/operator/apps/$beta" > out &&
    grep -q 'name="round" value="2"' page &&
    [ "$(vote carol "$beta" approve)" = 200 ] &&
    grep -q 'role="alert">The app was submitted again' page &&
    [ "$(round='' vote dave "$beta" approve)" = 200 ] &&
    get carol "/operator/apps/$beta" > out && grep -q '0 of 2 approvals' page &&
    [ "$(round=2 vote carol "$beta" approve)" = 303 ] &&
    [ "$(state beta)" = submitted ]
ok "a vote on an earlier submission does not count for this one"
get carol "/operator/apps/$own" > out && grep -q 'your own app' page &&
    ! grep -q 'value="approve"' page &&
    [ "$(vote carol "$own" approve)" = 200 ] && [ "$(state own)" = submitted ] &&
    [ "$(vote dave "$own" approve)" = 303 ] && [ "$(state own)" = submitted ]
ok "an operator cannot review an own app"
[ "$(vote carol "$gamma" nonsense)" = 400 ] && [ "$(state gamma)" = submitted ]
ok "an unknown act is refused"

# Suspension.
token=$("$brokerd" token --store s --user bob --app alpha --scope data)
is_active()
{
	http -u "gate:$(cat gate)" --data-urlencode "token=$1" \
	    "$url/oauth/introspect" | grep -q '"active":true'
}
is_active "$token" && [ "$(post carol "/operator/apps/$alpha" -d do=suspend)" = 200 ] &&
    grep -q 'id="suspend_reason-problem"' page && is_active "$token"
ok "a suspension needs a reason"
[ "$(post carol "/operator/apps/$alpha" -d do=suspend -d suspend_reason=Odd.)" = 303 ] &&
    [ "$(state alpha)" = suspended ] && ! is_active "$token"
ok "a suspended app's tokens do not work"
[ "$(post carol "/operator/apps/$alpha" -d do=lift)" = 303 ] &&
    [ "$(state alpha)" = approved ] && is_active "$token"
ok "lifting gives back approval and tokens"

# Lists.
get carol "/operator/apps?state=submitted" > out && grep -q '>gamma<' page &&
    ! grep -q '>alpha<' page && get carol "/operator/apps?owner=car" > out &&
    grep -q '>own<' page && ! grep -q '>alpha<' page &&
    get carol "/operator/apps?client=zzz" > out && grep -q 'class="empty"' page
ok "apps are found by state, client id and owner"

# People.
act() { post "$1" "/operator/users/$2" -d "do=$3"; }
[ "$(act carol "$carol" disable)" = 200 ] && grep -q 'to yourself' page &&
    [ "$(act carol "$carol" unmake_operator)" = 200 ] &&
    get carol "/operator/users/$carol" > out && grep -q 'This is you' page
ok "nobody disables or demotes themselves"
[ "$(act carol "$bob" disable)" = 303 ] && ! is_active "$token" &&
    [ "$(get bob /operator)" = 303 ] && [ "$(act carol "$bob" enable)" = 303 ] &&
    is_active "$token"
ok "a disabled user is signed out and has no working token"
[ "$(act carol "$bob" make_operator)" = 303 ] &&
    [ "$(sign_in bob builder)" = 303 ] && [ "$(get bob /operator)" = 200 ] &&
    [ "$(act bob "$dave" unmake_operator)" = 303 ] &&
    [ "$(get dave /operator)" = 403 ] && [ "$(act bob "$carol" disable)" = 303 ] &&
    ! run user operator --user bob --off 2> err && grep -q 'last operator' err &&
    [ "$(act bob "$carol" enable)" = 303 ] &&
    [ "$(sign_in carol singing)" = 303 ] &&
    [ "$(act carol "$bob" unmake_operator)" = 303 ]
ok "operators are made and unmade, but for the last"
[ "$(act carol "$bob" nonsense)" = 400 ]; ok "an unknown act on a user is refused"

# Grants.
get carol "/operator/grants?user=bob&app=alpha" > out
grant=$(sed -n 's|.*href="/operator/grants/\([0-9]*\)".*|\1|p' page)
[ -n "$grant" ] && [ "$(post carol "/operator/grants/$grant")" = 200 ] &&
    grep -q 'id="reason-problem"' page && is_active "$token" &&
    [ "$(post carol "/operator/grants/$grant" -d reason=Stolen.)" = 303 ] &&
    ! is_active "$token" && get carol "/operator/grants/$grant" > out &&
    grep -q 'by an operator: Stolen.' page && ! grep -q 'Revoke the grant' page &&
    [ "$(from=/operator/keys post carol "/operator/grants/$grant" -d reason=x)" = 200 ] &&
    grep -q 'revoked already' page
ok "a grant is revoked once, with a reason"
get carol "/operator/grants?user=nobody" > out &&
    grep -q 'Nobody has this name' page && ! grep -q '<table' page
ok "a search for nobody says so"

# Live accounts.
ask() { from=/account post "$1" /account/live; }
account() # NAME: the number of the form that decides
{
	get carol /operator/live-accounts > out
	tr '\n' ' ' < page | sed 's/<li class="card">/\n/g' | grep ">$1<" |
	    sed -n 's/.*name="account" value="\([0-9]*\)".*/\1/p'
}
decide() # WHO NUMBER WORD [REASON]
{
	post "$1" /operator/live-accounts -d "account=$2" -d "do=$3" \
	    --data-urlencode "reason=${4:-}"
}
get carol /operator/live-accounts > out && grep -q 'class="empty"' page &&
    [ "$(ask carol)" = 303 ] && [ "$(act carol "$dave" make_operator)" = 303 ] &&
    [ "$(ask dave)" = 303 ] && [ -z "$(account carol)" ] &&
    grep -q 'This is your own request' page
ok "an operator sees the own request without buttons"
number=$(account dave)
[ "$(decide carol "$number" refuse)" = 200 ] &&
    grep -q "id=\"reason-$number-problem\"" page &&
    [ "$(decide carol "$number" nonsense)" = 400 ] && [ -n "$(account dave)" ] &&
    [ "$(decide carol "$number" refuse 'Not <yet>')" = 303 ] &&
    get carol "/operator/users/$dave" > out && grep -q 'Not &lt;yet&gt;' page
ok "a refusal needs a reason, which is kept"
[ "$(from=/operator/keys decide carol "$number" approve)" = 200 ] &&
    grep -q 'decided already' page && [ "$(ask dave)" = 303 ] &&
    [ "$(decide carol "$number" approve)" = 303 ] && [ -z "$(account dave)" ] &&
    get carol "/operator/users/$dave" > out &&
    tr -d '\n' < page | grep -q 'Live account.*badge-active'
ok "who asks again can be approved, once"

# Keys.
get carol /operator/keys > out && grep -q 'class="empty"' page || grep -q '<code>' page
[ "$(post carol /operator/keys)" = 303 ] && get carol /operator/keys > out &&
    grep -q 'current' page && run audit list --action key.rotate | grep -q carol
ok "keys are rotated"

# Audit.
get carol "/operator/audit?actor=dave&action=app." > out &&
    grep -q '<code>app.approve</code>' page && ! grep -q 'review.approve' page &&
    ! grep -q 'sign_up' page && grep -q 'class="notice".*unaltered' page
ok "the trail is filtered, and said to be whole"
get carol "/operator/audit?from=2026-02-30" > out &&
    grep -q 'id="from-problem"' page && grep -q 'value="2026-02-30"' page &&
    [ "$(get carol "/operator/audit.jsonl?from=x")" = 400 ] &&
    get carol "/operator/audit?from=2020-01-01&until=2020-01-02" > out &&
    grep -q 'class="empty"' page
ok "a day that is none comes back with its fault"
today=$(date -u +%F)
get carol "/operator/audit?until=$today" > out && grep -q '<code>app.approve' page
ok "the last day is a whole day"

# Long records, to fill more than a page and more than an answer.
long=$(printf 'x' && head -c 499 /dev/zero | tr '\0' '\t')
for turn in $(seq 36); do
	run app suspend --app beta --reason "$long" > out &&
	    run app lift --app beta --reason "$long" > out || exit 99
done
numbers() { sed -n 's/.*<td class="number">\([0-9]*\)<.*/\1/p' page; }
get carol "/operator/audit?actor=shell&action=app." > out && numbers > first &&
    more=$(sed -n 's/.*<a href="\([^"]*\)">Next page.*/\1/p' page | sed 's/&amp;/\&/g') &&
    ! grep -q 'First page' page && get carol "$more" > out && numbers > second &&
    grep -q 'First page' page && [ "$(wc -l < first)" -eq 50 ] && [ -s second ] &&
    ! grep -q 'review.approve' page &&
    [ "$(tail -1 first)" -gt "$(head -1 second)" ] &&
    [ "$(run audit list --actor shell --action app. --json | wc -l)" -ge \
    "$(cat first second | wc -l)" ]
ok "the next page goes on with the same filter"
: > lines
next=/operator/audit.jsonl parts=0 bad=
while [ -n "$next" ]; do
	browse carol -D head -o part "$url$next"
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
kill -TERM $server && wait $server
server=
! grep -qF "$token" log && ! grep -q singing log
ok "the log holds no token and no password"
echo "1..$count"
