# SPDX-License-Identifier: ISC
# What is asked about before it is done, and what an app's page and the page of
# receivers say.
. "$top_srcdir/tests/unit/browser.sh"
make_store
add_app kiosk --owner bob --public --approved --scope 'data trading' \
    --grants urn:ietf:params:oauth:grant-type:device_code
add_app desk --owner bob --secret-file desk --redirect http://127.0.0.1/cb
add_app dated --owner bob --alpaca --secret-file dated --redirect http://127.0.0.1/cb \
    --grants "authorization_code urn:ietf:params:oauth:grant-type:device_code"
start_server

gets() { [ "$(visit "$2")" = "$1" ]; } # STATUS PATH
sends()                                # STATUS PATH [FORM...]
{
	want=$1
	shift
	[ "$(post "$@")" = "$want" ]
}
shows() { grep -qF -- "$1" page; }
count_of() { sql "SELECT count(*) FROM $1"; }
presses() # the form of the page that asks
{
	action=$(sed -n 's/.*<form method="post" action="\([^"]*\)">.*/\1/p' page | tail -1)
	field=$(sed -n 's/.*name="\([a-z]*\)" value="\([^"]*\)">$/\1=\2/p' page | tail -1)
	sends "$1" "$action" --data-urlencode "$field"
}

# Secrets.
sign_in bob builder
id=$(sql "SELECT id FROM apps WHERE client_id = 'desk'")
mark_of() # SECRET: from its digest, as it is stored
{
	printf %s "$1" | openssl dgst -sha256 -binary | openssl dgst -sha256 -binary |
	    openssl base64 | tr '+/' '-_' | cut -c1-6
}
gets 200 "/apps/$id" && sends 200 "/apps/$id/secrets" &&
    second=$(sed -n 's/.*class="secret"[^>]*>\([^<]*\)<.*/\1/p' page) &&
    shows "<code>$(mark_of "$second")</code>" && gets 200 "/apps/$id" &&
    shows "<code>$(mark_of "$second")</code>, made" &&
    shows "<code>$(mark_of "$(cat desk)")</code>, made" &&
    grep -qE 'made 20[0-9-]+ [0-9]{2}:[0-9]{2}:[0-9]{2} UTC<br>' page
ok "secrets have a mark of their own, and the second they were made in"
link=$(sed -n 's/.*href="\([^"]*secrets.delete[^"]*\)" aria-label="Delete the secret \([^,]*\),.*/\2 \1/p' page |
    sed -n "s/^$(mark_of "$second") //p")
gets 200 "$link" && shows "<h1>Delete the secret?</h1>" && shows "$(mark_of "$second")" &&
    shows "last used: never" && [ "$(count_of app_secrets)" = 5 ]
ok "deleting one asks first, by its mark"
presses 303 && gets 200 "/apps/$id" && ! shows "$(mark_of "$second")" &&
    shows "$(mark_of "$(cat desk)")"
ok "and then deletes that one"
gets 404 "$link" && gets 404 "/apps/$id/secrets/delete" &&
    gets 404 "/apps/1/secrets/delete?secret=1" && gets 404 "/apps/$id/secrets/delete?secret=1"
ok "one that is not there is not asked about"

# The page of an app.
gets 200 "/apps/$id" && shows "stands in the address bar" && ! shows device_authorization
ok "the page says where the code is when nothing listens"
kiosk=$(sql "SELECT id FROM apps WHERE client_id = 'kiosk'")
gets 200 "/apps/$kiosk" && shows "<code>$url/oauth/device_authorization</code>" &&
    shows "approved from a shell" && ! shows "No operator has voted" &&
    shows "Anyone can connect a paper or a live account"
ok "approved from a shell is called so"
example() { sed -n "/aria-label=\"$1\"/,/<\/pre>/p" page | sed 's/<[^>]*>//g; s/&#39;/'"'"'/g; s/&amp;/\&/g'; }
example 'Device request' > ask.sh
sh ask.sh 2> err > answer && device=$(sed -n 's/.*"device_code":"\([^"]*\)".*/\1/p' answer) &&
    [ -n "$device" ] && example 'Token request of a device' | sed "s/DEVICE_CODE/$device/" > ask.sh &&
    sh ask.sh 2> err > answer && grep -q authorization_pending answer
ok "the commands for a device work as they stand"
sends 303 "/apps/$kiosk/disable" && gets 200 "/apps/$kiosk" && shows "is turned off" &&
    ! shows "Anyone can connect"
ok "an app that is turned off is not said to be open"

gets 200 "/apps/$(sql "SELECT id FROM apps WHERE client_id = 'dated'")" &&
    shows "device code" && ! shows device_authorization
ok "an app that cannot use a device is not shown how"

# People.
sign_in carol carousel
alice=$(sql "SELECT id FROM users WHERE name = 'alice'")
operators() { sql "SELECT operator || disabled FROM users WHERE id = $alice"; }
asked=yes
for act in make_operator unmake_operator disable; do
	gets 200 "/operator/users/$alice" && gets 200 "/operator/users/$alice?ask=$act" &&
	    grep -q '<h1>.*alice.*?</h1>' page && shows "value=\"$act\"" &&
	    shows "href=\"/operator/users/$alice\"" || asked=no
	before=$(operators)
	presses 303 && [ "$(operators)" != "$before" ] || asked=no
done
[ $asked = yes ]
ok "what an operator does to people asks first"
gets 200 "/operator/users/$alice" && ! grep -q 'value="\(disable\|make_operator\)"' page
ok "and has no button that acts at once"
self=$(sql "SELECT id FROM users WHERE name = 'carol'")
gets 200 "/operator/users/$self?ask=disable" && shows "This is you" && ! shows 'value="disable"' &&
    gets 404 "/operator/users/999?ask=disable" && gets 200 "/operator/users/$alice?ask=enable" &&
    gets 200 "/operator/users/$alice?ask=odd" && shows "Disabled since"
ok "nobody is asked what cannot be"

# Keys.
gets 200 /operator/keys && shows 'href="/operator/keys?ask=rotate"' && ! shows '<form method="post" action="/operator' &&
    keys=$(count_of signing_keys) && gets 200 '/operator/keys?ask=rotate' && shows "Rotate the keys?" &&
    presses 303 && [ "$(count_of signing_keys)" -gt "$keys" ]
ok "rotating the keys asks first"

# Receivers.
add() # STATUS [FORM...]
{
	want=$1
	shift
	gets 200 /operator/receivers
	sends "$want" /operator/receivers "$@"
}
gets 200 /operator/receivers && [ "$(grep -c 'name="event" value="[^"]*" checked' page)" = 3 ] &&
    add 200 -d name=hook -d url=ftp://x -d event=token.revoked && shows '>It must be https' &&
    shows 'id="audience" name="audience" type="text" value=""' &&
    [ "$(grep -c 'name="event" value="[^"]*" checked' page)" = 1 ]
ok "the form comes back as it was typed: no audience, one event"
add 200 -d name=hook -d url=https://r.example.com/ && shows "Tick at least one." &&
    add 200 -d name=hook -d url=https://r.example.com/ -d event=odd -d event=token.revoked &&
    shows "does not exist here" && add 200 -d name=Hook -d event=token.revoked && shows ">Use a-z"
ok "what is wrong is said in a sentence"
add 303 -d name=hook -d url=https://r.example.com/ -d event=app.suspended -d event=token.revoked \
    -d event=token.revoked && [ "$(sql "SELECT audience || ' ' || events FROM receivers")" = \
    "https://r.example.com/ token.revoked app.suspended" ]
ok "a receiver is told what was ticked"
gets 404 '/operator/receivers/remove?name=odd' && gets 404 /operator/receivers/remove &&
    gets 200 /operator/receivers && shows 'href="/operator/receivers/remove?name=hook"' &&
    gets 200 '/operator/receivers/remove?name=hook' && shows "Remove the receiver hook?" &&
    [ "$(count_of receivers)" = 1 ] && presses 303 && [ "$(count_of receivers)" = 0 ]
ok "removing one asks first"
echo "1..$count"
