# SPDX-License-Identifier: ISC
# The console of those who make apps: the whole life of an app, as a browser
# without scripts sees it.
. "$top_srcdir/tests/unit/browser.sh"
make_store
start_server

# What a browser would show goes into `page`. These take the status first, and
# carry the form's token of the browser in use.
code() { browse -D head -o page -w '%{http_code}' "$@"; }
gets() { [ "$(code "$url$2")" = "$1" ]; } # STATUS PATH
posts()                                   # STATUS PATH [FORM...]
{
	want=$1 path=$2
	shift 2
	[ "$(code --data-urlencode "form_token=$token" "$@" "$url$path")" = "$want" ]
}
upload() # STATUS FIELD=@FILE...
{
	want=$1
	shift
	[ "$(code -F "form_token=$token" "$@" "$url/apps/$id/logo")" = "$want" ]
}
enter() { sign_in "$1" "$2" && gets 200 /apps && token=$(form_token); }
goes() { location | grep -q "^$1"; }
shows() { grep -qF -- "$1" page; }
audited() { [ "$(sql "SELECT count(*) FROM audit WHERE action = '$1'")" -gt 0 ]; }

[ "$(http -o page -w '%{http_code}' "$url/apps")" = 303 ] &&
    [ "$(http -o page -w '%{http_code}' -X POST "$url/apps/new")" = 403 ]
ok "the console is for those who are signed in"

enter bob builder && gets 200 /apps && shows "You have made no app yet." &&
    shows 'href="/apps/new"' && shows 'href="/connected"'
ok "without an app the page says what to do"

# The agreement.
gets 303 /apps/new && goes '/apps/agreement?return=%2Fapps%2Fnew' &&
    posts 303 /apps/new -d title=Early && goes /apps/agreement && gets 200 /apps &&
    shows "You have made no app yet."
ok "no app is made before the agreement is signed"
signing="/apps/agreement?return=%2Fapps%2Fnew"
gets 200 "$signing" && shows "What you promise" && shows "Version 2026-11" &&
    grep -qE '<code>[A-Za-z0-9_-]{43}</code>' page
ok "the agreement shows its version and its digest"
posts 200 "$signing" -d version=2026-11 && shows "Tick this box" &&
    posts 200 "$signing" -d version=1999-01 -d agree=yes &&
    shows "The text has changed" && posts 200 "$signing" -d agree=yes &&
    gets 303 /apps/new
ok "it is signed only knowingly, and only as it is now"
posts 303 "$signing" -d version=2026-11 -d agree=yes && goes '/apps/new?notice=signed' &&
    gets 200 "$signing" && shows "You signed this version on" && audited agreement.sign &&
    posts 303 "/apps/agreement?return=//evil.example.com" -d version=2026-11 -d agree=yes &&
    goes '/apps/new'
ok "signing leads back, is kept and is done once"

# Making an app.
new() # STATUS [FORM...]: a good form, and what is given beside it
{
	want=$1
	shift
	posts "$want" /apps/new -d client=confidential -d kind=standard \
	    -d tokens=opaque "$@"
}
gets 200 /apps/new && shows 'Place, change and cancel orders' &&
    shows 'name="optional" value="trading"'
ok "the form lists every scope in words"
text() { head -c "$1" /dev/zero | tr '\0' "$2"; }
new 200 && shows "Give the app a name." && new 200 -d "title=$(text 81 t)" &&
    shows "longer than 80" && new 200 --data-urlencode "title= " &&
    shows "nothing but blanks" && new 200 -d "title=a%E2%80%AEb" &&
    shows "cannot be seen" && new 200 -d "title=%ff" && shows "not valid UTF-8" &&
    new 200 -d title=A -d "description=$(text 501 d)" && shows "longer than 500" &&
    new 200 -d title=A -d website=ftp://x.example.com && shows "begin with https" &&
    new 200 -d title=A -d terms_url=http://x.example.com && shows "Use https" &&
    new 200 -d title=A -d privacy_url=https://u@x.example.com &&
    shows "not a plain web address" &&
    new 200 -d title=A -d "website=https://x.example.com/$(text 500 w)" &&
    shows "longer than 512" && new 200 -d title=A -d website=javascript:alert
ok "texts and addresses that are wrong are named beside the field"
new 200 -d title=Kept -d website=nonsense -d scope=data -d optional=data \
    -d grant=refresh_token -d redirect_uris=https://k.example.com/ &&
    shows 'value="Kept"' && shows 'value="nonsense"' &&
    shows 'value="data" checked' && shows 'https://k.example.com/' &&
    shows 'id="website-problem"' && grep -q 'id="website".*aria-invalid="true"' page
ok "the form comes back filled"
lines=$(printf 'https://a.example.com/\nhttp://a.example.com/\n\nhttps://a.example.com/#f\nhttps://*.example.com/\nhttps://a.example.com/')
new 200 -d title=A --data-urlencode "redirect_uris=$lines" &&
    shows "Line 2: plain http is for loopback" && shows "Line 4: it has a fragment" &&
    shows "Line 5: it has a wildcard" && shows "Line 6: it is there twice"
ok "each redirect URI that cannot be is named by its line"
new 200 -d title=A -d scope=root && shows "does not exist here" &&
    new 200 -d title=A -d optional=root && shows "does not exist here" &&
    new 200 -d title=A -d grant=password && shows "does not exist here" &&
    posts 200 /apps/new -d title=A -d client=public -d kind=standard -d tokens=opaque \
    -d grant=client_credentials && shows "cannot sign in for itself" &&
    posts 200 /apps/new -d title=A -d client=public -d kind=odd -d tokens=opaque &&
    posts 200 /apps/new -d title=A -d client=odd -d kind=standard -d tokens=opaque &&
    posts 200 /apps/new -d title=A -d client=public -d kind=standard -d tokens=odd &&
    shows "Choose one of each." && gets 200 /apps && shows "You have made no app yet."
ok "what does not exist cannot be chosen"
uris() { i=0; while [ $i -lt "$1" ]; do echo "https://a.example.com/$i"; i=$((i + 1)); done; }
new 200 -d title=A --data-urlencode "redirect_uris=$(uris 17)" &&
    shows "Line 17: an app has at most 16" &&
    new 303 -d "title=$(text 80 t)" -d "description=$(text 500 d)" \
    --data-urlencode "redirect_uris=$(uris 16)" && goes '/apps/[0-9]*?notice=app-created'
ok "16 redirect URIs, 80 characters of name and 500 of description are the limit"
[ "$(code -d title=Forged -d client=public -d kind=standard -d tokens=opaque \
    "$url/apps/new")" = 403 ]
ok "a form without its token makes nothing"

new 303 --data-urlencode 'title=Momentum & Co' -d website=https://m.example.com \
    -d scope=data -d scope=trading -d optional=data -d optional=sudo:run \
    -d grant=refresh_token -d grant=client_credentials \
    --data-urlencode "redirect_uris=$(printf ' https://m.example.com/cb \r\nhttp://127.0.0.1/cb\r\n')"
id=$(location | sed -n 's|^/apps/\([0-9]*\)?.*|\1|p')
gets 200 "/apps/$id" && shows 'Momentum &amp; Co' && shows 'Confidential' &&
    grep -qE '<code>[0-9A-Z]{20}</code>' page && shows 'make a secret' &&
    shows 'is shown here with the reason' &&
    shows 'https://m.example.com/cb' && shows '(may be left out)' && audited app.create
ok "an app gets a client id, and its page says what comes next"
client=$(grep -oE '<code>[0-9A-Z]{20}</code>' page | head -1 | tr -d '<>/a-z')
grep -o '(may be left out)' page | wc -l | grep -qx 1
ok "a tick to leave out what is not asked for means nothing"
gets 200 /apps && shows "$client" && shows 'badge-draft'
ok "the list shows the app with its state"

# Secrets.
posts 200 "/apps/$id/secrets" && grep -qi '^cache-control: no-store' head &&
    first=$(sed -n 's/.*class="secret"[^>]*>\([^<]*\)<.*/\1/p' page) && [ ${#first} = 43 ]
ok "a secret is shown when it is made"
gets 200 "/apps/$id" && ! grep -qF -- "$first" page && shows 'last used: never' &&
    ! grep -aqF -- "$first" s s-wal log
ok "and never again, nor is it kept"
works() # SECRET
{
	http -u "$client:$1" -d grant_type=client_credentials -d scope=data \
	    "$url/oauth/token" | grep -q '"access_token"'
}
works "$first" && gets 200 "/apps/$id" && ! grep -q 'last used: never' page
ok "the secret works, and its last use is shown"
posts 200 "/apps/$id/secrets" &&
    second=$(sed -n 's/.*class="secret"[^>]*>\([^<]*\)<.*/\1/p' page) &&
    works "$first" && works "$second" && gets 200 "/apps/$id" &&
    shows "Two secrets are live" && posts 303 "/apps/$id/secrets" && goes "/apps/$id?notice=secrets-full"
ok "two secrets live at a time, and a third is refused"
gets 200 "/apps/$id"
secret=$(sed -n 's/.*secrets.delete?secret=\([0-9]*\)".*/\1/p' page | head -1)
posts 404 "/apps/$id/secrets/delete" -d secret=0 && posts 404 "/apps/$id/secrets/delete" &&
    posts 404 "/apps/$id/secrets/delete" -d secret=1x &&
    posts 404 "/apps/2/secrets/delete" -d "secret=$secret" &&
    posts 303 "/apps/$id/secrets/delete" -d "secret=$secret" && ! works "$first" &&
    works "$second" && posts 404 "/apps/$id/secrets/delete" -d "secret=$secret" &&
    audited app.secret_add && audited app.secret_delete
ok "one is deleted and the other goes on"

posts 303 /apps/new -d title=Native -d client=public -d kind=standard -d tokens=opaque
native=$(location | sed -n 's|^/apps/\([0-9]*\)?.*|\1|p')
posts 409 "/apps/$native/secrets" && shows 'has no secrets' && gets 200 "/apps/$native" &&
    shows 'must use PKCE' && ! shows 'Make a secret'
ok "an app that cannot keep a secret gets none"

# The example on the page is one that works.
gets 200 "/apps/$id"
link=$(sed -n 's|.*<a class="button quiet" href="\([^"]*oauth/authorize[^"]*\)".*|\1|p' page |
    sed 's/&amp;/\&/g')
[ "$(code "$link")" = 200 ] && shows 'Momentum &amp; Co' &&
    shows 'Place, change and cancel orders'
ok "the authorization URL of the page can be used as it stands"
gets 200 "/apps/$id" && shows 'invalid_client' &&
    http -u "$client:$second" -d grant_type=authorization_code -d code=x \
    "$url/oauth/token" > out && gets 200 "/apps/$id" && shows 'invalid_grant' &&
    shows '<code>/oauth/token</code>' && code "$link&scope=root" > out &&
    gets 200 "/apps/$id" && shows '<code>/oauth/authorize</code>'
ok "what the broker refused the app is shown to its developer"

# The logo.
printf 'GIF89a\001\000\001\000\200\000\000\377\000\000\000\377\000,\000\000\000\000\001\000\001\000\000\002\002D\001\000;' > one.gif
printf '<svg xmlns="http://www.w3.org/2000/svg"/>' > one.svg
: > empty.png
head -c 262145 /dev/zero > over.png
head -c 600000 /dev/zero > huge.png
gets 404 "/apps/$id/logo" && upload 303 -F logo=@one.gif && goes "/apps/$id?notice=logo-saved" &&
    [ "$(http -D head -o logo -w '%{http_code}' "$url/apps/$id/logo")" = 200 ] &&
    grep -qi '^content-type: image/png' head && grep -qi '^x-content-type-options: nosniff' head &&
    head -c 4 logo | grep -aq PNG && gets 200 "/apps/$id" && shows "src=\"/apps/$id/logo\""
ok "a GIF becomes a PNG that anyone may see"
cp logo before
upload 200 -F logo=@one.svg && shows "not a PNG, JPEG or GIF" &&
    upload 200 -F logo=@empty.png && shows "Choose a file first." &&
    upload 200 -F other=@one.gif && shows "Choose a file first." &&
    upload 200 -F logo=text && shows "Choose a file first." &&
    upload 200 -F logo=@over.png && shows "larger than 256 KiB" &&
    upload 413 -F logo=@huge.png && shows 'too large' &&
    head -c 500000 huge.png > most.png && head -c 30000 huge.png | tr '\0' x > pad &&
    upload 200 -F logo=@most.png && upload 413 -F logo=@most.png -F 'pad=<pad' &&
    upload 400 -F logo=@one.gif -F logo=@one.gif &&
    posts 200 "/apps/$id/logo" -d logo=x && shows "Choose a file first." &&
    http -o logo "$url/apps/$id/logo" && cmp -s logo before
ok "what is no picture, too big, not there or there twice changes nothing"
[ "$(code -F logo=@one.gif "$url/apps/$id/logo")" = 403 ] &&
    posts 303 "/apps/$id/logo/remove" && gets 404 "/apps/$id/logo"
ok "a logo needs the form's token, and can be removed"

# Changing it, and review.
revision() { sed -n 's/.*name="revision" value="\([^"]*\)".*/\1/p' page; }
edit() # STATUS [FORM...]
{
	as=$1
	shift
	gets 200 "/apps/$id/edit"
	posts "$as" "/apps/$id/edit" -d "revision=$(revision)" -d tokens=opaque -d grant=refresh_token \
	    -d grant=client_credentials -d scope=data -d scope=trading -d optional=data "$@"
}
same="redirect_uris=$(printf 'http://127.0.0.1/cb\nhttps://m.example.com/cb')"
posts 303 "/apps/$id/submit" && goes "/apps/$id?notice=app-incomplete" &&
    gets 200 "/apps/$id" && shows "needs a description" && shows badge-draft
ok "an app that lacks something cannot be submitted"
edit 200 -d title=M -d website=x && shows "begin with https" && shows 'value="M"' &&
    edit 303 -d title=M -d website=https://m.example.com -d description=Trades \
    --data-urlencode "$same" && goes "/apps/$id?notice=app-saved" && sql "SELECT detail FROM audit WHERE action = 'app.edit'" | grep -qx 'name, description' &&
    edit 303 -d title=M -d website=https://m.example.com -d description=Trades \
    --data-urlencode "$same" && goes "/apps/$id?notice=app-same"
ok "a change is stored, and its record says what has changed"
posts 303 "/apps/$id/submit" && goes "/apps/$id?notice=app-submitted" && gets 200 "/apps/$id" &&
    shows badge-submitted && shows '0 of 2 operators' &&
    posts 303 "/apps/$id/submit" && goes "/apps/$id?notice=app-not-open" && audited app.submit
ok "a whole app is submitted, once"
sql "INSERT INTO review_votes (app, round, reviewer, approve, reason, at)
    SELECT $id, review_round, u.id, u.name = 'carol', 'seen by ' || u.id, 5 FROM apps, users u
    WHERE apps.id = $id AND u.name IN ('carol', 'dave')" > out
gets 200 "/apps/$id" && says '1 of 2 operators' && says 'approvedseen by' && says 'rejectedseen by' &&
    ! shows carol && ! shows dave
ok "the history of the review is shown without the reviewers' names"
for state in rejected suspended; do
	sql "UPDATE apps SET state = '$state', state_reason = 'Because <b>.' WHERE id = $id" > out
	gets 200 "/apps/$id" && shows "badge-$state" && shows 'reason: Because &lt;b&gt;.' || state=no
	[ $state != suspended ] || ! shows 'Submit for review' || state=no
done
sql "UPDATE apps SET state = 'submitted', state_reason = '' WHERE id = $id" > out
[ $state != no ]
ok "a rejection and a suspension are told with their reason"
edit 303 -d title=N -d website=https://m.example.com -d description=Trades \
    --data-urlencode "$same" > /dev/null
sql "UPDATE apps SET state = 'submitted' WHERE id = $id" > out
edit 303 -d title=N -d website=https://m.example.com -d description="Trades more" \
    --data-urlencode "$same" && gets 200 "/apps/$id" && shows badge-submitted &&
    gets 200 "/apps/$id/edit" && shows "the approval ends" &&
    posts 303 "/apps/$id/edit" -d "revision=$(revision)" -d tokens=opaque -d title=N -d scope=data \
    --data-urlencode "$same" && goes "/apps/$id?notice=app-reopened" && gets 200 "/apps/$id" &&
    shows badge-draft
ok "a new description keeps the state, other scopes end the review"
edit 303 -d title=N -d website=https://m.example.com -d description=Trades \
    --data-urlencode "$same" && posts 303 "/apps/$id/submit" &&
    edit 303 -d title=N -d website=https://m.example.com -d description=Trades \
    -d redirect_uris=https://m.example.com/cb && goes "/apps/$id?notice=app-reopened"
ok "so do other redirect URIs"
reopens() # TITLE WEBSITE [MORE...]: is an approved app a draft after that edit?
{
	title=$1 website=$2
	shift 2
	edit 303 -d title=N -d website=https://m.example.com -d description=Trades \
	    --data-urlencode "$same" > out
	sql "UPDATE apps SET state = 'approved' WHERE id = $id" > out
	gets 200 "/apps/$id/edit"
	posts 303 "/apps/$id/edit" -d "revision=$(revision)" -d tokens=opaque -d "title=$title" \
	    -d "website=$website" -d description=Trades --data-urlencode "$same" -d scope=data \
	    -d scope=trading -d optional=data -d grant=refresh_token "$@"
	sql "SELECT 1 FROM apps WHERE id = $id AND state = 'draft'" | grep -q 1
}
cc='grant=client_credentials'
reopens Other https://m.example.com -d $cc && reopens N https://other.example.com -d $cc &&
    reopens N https://m.example.com && ! reopens N https://m.example.com -d $cc
ok "and another name, another website and another way to get tokens"
sql "UPDATE apps SET state = 'approved' WHERE id = $id" > out
upload 303 -F logo=@one.gif && goes "/apps/$id?notice=app-reopened" && gets 200 "/apps/$id" &&
    shows badge-draft && upload 303 -F logo=@one.gif && goes "/apps/$id?notice=logo-saved"
ok "and another logo, which says so"
posts 303 "/apps/$id/disable" && gets 200 "/apps/$id" && shows 'Turned off' && ! works "$second" &&
    posts 303 "/apps/$id/enable" && works "$second" && audited app.disable && audited app.enable
ok "an app that is turned off does not work until it is turned on"

# Markup in every field.
x='<script>"&'"'"
new 303 --data-urlencode "title=$x" --data-urlencode "description=$x"
xss=$(location | sed -n 's|^/apps/\([0-9]*\)?.*|\1|p')
escaped() { shows '&lt;script&gt;&quot;&amp;&#39;' && ! shows '<script>'; }
gets 200 "/apps/$xss" && escaped && gets 200 /apps && escaped && gets 200 "/apps/$xss/edit" && escaped &&
    gets 200 "/apps/$xss/delete" && escaped && posts 200 "/apps/$xss/secrets" && escaped &&
    new 200 -d title=A --data-urlencode "website=$x" --data-urlencode "terms_url=$x" \
    --data-urlencode "privacy_url=$x" --data-urlencode "redirect_uris=$x" && escaped &&
    new 200 -d title=A --data-urlencode "scope=$x" --data-urlencode "grant=$x" && ! shows '<script>'
ok "markup is shown as text, wherever it was typed"

# Of another, nothing is here.
enter alice wonder
posts 303 /apps/2/submit && goes '/apps/agreement?return=%2Fapps%2F2'
ok "nothing is submitted before the agreement is signed"
hidden=yes
for path in "" /edit /delete; do
	gets 404 "/apps/$id$path" || hidden=no
done
for path in /edit /delete /enable /disable /submit /secrets /secrets/delete /logo /logo/remove; do
	posts 404 "/apps/$id$path" -d secret=1 || hidden=no
done
[ $hidden = yes ] && upload 404 -F logo=@one.gif && gets 404 /apps/999 && gets 404 /apps/x
ok "the app of another is as if it did not exist"
enter bob builder && gets 200 "/apps/$id" && works "$second"
ok "and none of that has touched it"
for path in edit delete enable disable submit secrets secrets/delete logo/remove; do
	[ "$(code -d title=x "$url/apps/$id/$path")" = 403 ] || hidden=no
done
[ $hidden = yes ] && works "$second" &&
    [ "$(code -d agree=yes -d version=2026-11 "$url/apps/agreement")" = 403 ]
ok "every change needs the form's token"

gets 200 "/apps/$id/delete" && shows 'cannot be undone' && posts 303 "/apps/$id/delete" &&
    goes '/apps?notice=app-deleted' && gets 404 "/apps/$id" && ! works "$second" &&
    audited app.delete && gets 200 /apps && ! shows "$client" && posts 404 "/apps/$id/delete"
ok "a deleted app is gone, and its client id with it"

made=$(grep -c 'class="card"' page)
while [ "$made" -lt 100 ]; do
	made=$((made + 1))
	new 303 -d "title=App $made" || break
done
new 409 -d title=Over && shows "100 apps, which is the limit" && gets 409 /apps/new
ok "a developer has 100 apps at most"
gets 200 /apps && [ "$(grep -c 'class="card"' page)" = 25 ] &&
    more=$(sed -n 's|.*href="\(/apps?after=[0-9]*\)".*|\1|p' page) && gets 200 "$more" &&
    [ "$(grep -c 'class="card"' page)" = 25 ] && shows 'The newest' &&
    gets 200 "/apps?after=1" && shows "There are no more." && gets 404 "/apps?after=x"
ok "the list has pages of 25"
! grep -q . log || ! grep -vq 'reference broker' log
ok "the log says nothing of all this"
echo "1..$count"
