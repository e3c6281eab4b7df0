# SPDX-License-Identifier: ISC
# What becomes of a form that was begun before its session ended, the broker
# was restarted or somebody else saved, and of one that cannot be read.
. "$top_srcdir/tests/unit/browser.sh"
make_store
start_server

gets() { [ "$(visit "$2")" = "$1" ]; } # STATUS PATH
sends()                                  # STATUS PATH TOKEN [FORM...]
{
	want=$1 path=$2 token=$3
	shift 3
	[ "$(visit "$path" --data-urlencode "form_token=$token" "$@")" = "$want" ]
}
shows() { grep -qF -- "$1" page; }
kept() # what one types into the form of a new app
{
	sends "$1" /apps/new "$2" -d client=public -d kind=standard -d tokens=opaque \
	    --data-urlencode "title=$3"
}
restart() { stop_server && start_server --listen "${url##*/}"; } # at the same place

sign_in bob builder
get "/apps/agreement"
post /apps/agreement -d version=2026-11 -d agree=yes > out
gets 200 /apps/new && typed=$(form_token) && restart && kept 303 "$typed" Kept
ok "a form outlives a restart of the broker"
[ "$(sql "SELECT length(value) FROM settings WHERE name = 'form_key'")" = 43 ] &&
    ! grep -rqF "$(sql "SELECT value FROM settings WHERE name = 'form_key'")" page head log
ok "its key is kept, and shown nowhere"

sql "DELETE FROM sessions" > out
kept 403 "$typed" Lost && shows "You are signed out" && shows "is not lost" &&
    shows 'href="/sign-in?return=%2Fapps%2Fnew"' && shows 'target="_blank" rel="noopener"'
ok "whoever is signed out is told so, and where to sign in"
bad=
while read -r way back; do
	sends 403 "$way" "$typed" -d x=y && shows "href=\"/sign-in?return=$back\"" || bad="$bad $way"
done << 'EOF'
/apps/1/submit %2Fapps%2F1
/apps/1/submit?x=1 %2Fapps%2F1
/apps/1/logo %2Fapps%2F1
/apps/1/logo/remove %2Fapps%2F1
/apps/1/secrets/delete?secret=1 %2Fapps%2F1%2Fsecrets%2Fdelete%3Fsecret%3D1
/account/live %2Faccount
/operator/receivers/remove?name=x %2Foperator%2Freceivers%2Fremove%3Fname%3Dx
/device?user_code=A%26B %2Fdevice%3Fuser_code%3DA%2526B
EOF
[ -z "$bad" ] || echo "# $bad"
[ -z "$bad" ]
ok "the way back is the page that the form was on"
sign_in bob builder && kept 303 "$typed" 'Kept again'
ok "after signing in again the same form is taken"
sign_in alice wonder && kept 403 "$typed" Forged && shows "This form is out of date" &&
    shows "It was not made for you" && shows '<a class="button" href="/apps/new">'
ok "of another user it is not"
jar=jar.nobody
gets 200 /sign-in && early=$(form_token) && jar=jar.other && gets 200 /sign-in &&
    sends 403 /sign-in "$early" -d username=bob -d password=builder &&
    shows "It was not made for this browser" && sends 403 /sign-in "$typed" -d username=bob
ok "before signing in a form belongs to one browser"
jar=jar.nobody
sends 303 /sign-in "$early" -d username=bob -d password=builder && kept 403 "$early" Early
ok "what was planted before signing in is worth nothing afterwards"

# What cannot be read.
jar=jar.bob
gets 200 /apps && id=$(sed -n 's|.*href="/apps/\([0-9][0-9]*\)".*|\1|p' page | head -1)
printf x > file
[ "$(visit "/apps/$id/logo" -F "form_token=$typed" -F logo=@file -F logo=@file)" = 400 ] &&
    shows "One file at a time" && shows '<h1>'
ok "two files are told apart from an old form"
head -c 600000 /dev/zero > huge
[ "$(visit "/apps/$id/logo" -F "form_token=$typed" -F logo=@huge)" = 413 ] &&
    shows "a picture for a logo 256 KiB" && shows '<h1>That is too large</h1>' &&
    grep -qi '^content-type: text/html' head
ok "too large is a page that names the limits"
[ "$(visit "/apps/new" -d "form_token=$typed&title=%zz")" = 400 ] &&
    shows "This form cannot be read" && shows 'href="/apps/new"' &&
    [ "$(visit "/apps/new" -H 'Content-Type: text/plain' -d x)" = 400 ]
ok "and so is a damaged form"
head -c 65537 /dev/zero | tr '\0' a > over
[ "$(http -o page -w '%{http_code}' --data-binary @over "$url/oauth/token")" = 413 ] &&
    shows '"error":"invalid_request"' && shows 'larger than 64 KiB'
ok "a program is told so in JSON"

# Two tabs.
revision() { sed -n 's/.*name="revision" value="\([^"]*\)".*/\1/p' page; }
save() # STATUS REVISION TITLE
{
	sends "$1" "/apps/$id/edit" "$typed" -d tokens=opaque -d "revision=$2" -d "title=$3"
}
gets 200 "/apps/$id/edit" && tab=$(revision) && [ ${#tab} = 43 ] &&
    save 303 "$tab" First && save 200 "$tab" Second && shows "was changed after you opened" &&
    shows 'value="Second"' && fresh=$(revision) && [ "$fresh" != "$tab" ] &&
    gets 200 "/apps/$id" && shows First
ok "who saves second within a second is told, and nothing is overwritten"
save 303 "$tab" First && location | grep -q app-same
ok "to save the same once more is no clash"
save 200 "$tab" '' && [ "$(revision)" = "$tab" ] && save 200 '' Second && save 200 x Second
ok "a form with a fault stays as old as it was"
save 303 "$fresh" Second && gets 200 "/apps/$id" && shows Second
ok "saving again on purpose goes through"

# Disabled.
"$brokerd" user disable --store s --user bob > out
jar=jar.new
gets 200 /sign-in
post /sign-in -d username=bob -d password=wrong > out
shows "do not go together" && ! shows disabled && gets 200 /sign-in &&
    [ "$(post /sign-in -d username=bob -d password=builder)" = 200 ] &&
    shows "This account is disabled. Ask an operator"
ok "only the right password tells that the account is disabled"
i=0
while [ $i -lt 12 ] && [ "$(post /sign-in -d username=bob -d password=builder)" = 200 ]; do
	i=$((i + 1))
done
[ $i -lt 12 ]
ok "and its tries are counted"

# The API.
for path in /v2/orders /paper/v2/orders /paper/v2/; do
	[ "$(http -o page -w '%{http_code}' "$url$path")" = 404 ] &&
	    [ "$(cat page)" = '{"code":40410000,"message":"endpoint not found"}' ] || path=no
done
[ "$path" != no ]
ok "a path that the API has not is refused as Alpaca does"
[ "$(http -D head -o page -w '%{http_code}' -d x=1 "$url/v2/account")" = 405 ] &&
    shows '"code":40510000' && grep -qi '^allow: GET, HEAD' head &&
    grep -qi '^content-type: application/json' head
ok "and so is a method"
echo "1..$count"
