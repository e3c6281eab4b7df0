# What a browser goes through: the link, the callback, the answer.
. "$top_srcdir/tests/unit/gatewayd_stage.sh"

login='"host":"paper-1","service":"sshd","user":"alice","rhost":"192.0.2.7","tty":"pts/7","age":12'
grant='"issuer":"alpaca","client_id":"gate","environment":"paper","account":"PA3X","scopes":["trading","weird:one"],"ends_at":1900000000'
redirect='{"result":"redirect","url":"https://broker.example.com/oauth/authorize?state=s-1","browser":"b-1"}'
start_decide
start_gate 'page_rate = 0'

answer link "$redirect"
[ "$(visit /l/K7QXM2RT)" = 303 ] &&
    header Location 'https://broker.example.com/oauth/authorize?state=s-1'
ok "a link leads to the broker"
header Set-Cookie 'scopegate=b-1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax'
ok "the browser gets its cookie; over plain loopback without the prefix"
header Cache-Control no-store && header Referrer-Policy no-referrer &&
    header X-Content-Type-Options nosniff
ok "no cache keeps a redirect, and nobody is told where from"
asked_with link K7QXM2RT && asked_with rhost 127.0.0.1 && asked_with browser ''
ok "decide is asked with name and address"
rm run/asked
visit /l/K7QXM2RT -H 'Cookie: a=b; scopegate=b-1' > out && asked_with browser b-1
ok "a cookie that is there goes along"
for cookie in 'scopegate=b-1; scopegate=b-2' 'scopegate=a"b' 'xscopegate=b-1' \
    "scopegate=$(printf %065d 0)" 'scopegate='; do
	rm -f run/asked
	visit /l/K7QXM2RT -H "Cookie: $cookie" > out && asked_with browser ''
	ok "no cookie of ours: $(echo "$cookie" | cut -c1-40)"
done
rm -f run/asked

[ "$(http -I -o page -w '%{http_code}' "$url/l/K7QXM2RT")" = 200 ] &&
    nothing_asked
ok "HEAD of a link does nothing"
for purpose in 'Sec-Purpose: prefetch' 'Sec-Purpose: prefetch;prerender' \
    'Purpose: prefetch'; do
	[ "$(visit /l/K7QXM2RT -H "$purpose")" = 503 ] && nothing_asked &&
	    ! has_header Set-Cookie && header Cache-Control no-store
	ok "a browser that only guesses does nothing: $purpose"
done
for bad in 'javascript:alert(1)' 'https://b.example.com/a b' '' '//x.example.com'; do
	answer link '{"result":"redirect","url":"'"$bad"'","browser":"b-1"}'
	[ "$(visit /l/K7QXM2RT)" = 503 ] && ! has_header Location
	ok "an address that is none is not gone to: $bad"
done
for bad in '' 'a b' 'a;b' "$(printf %065d 0)"; do
	answer link '{"result":"redirect","url":"https://b.example.com/","browser":"'"$bad"'"}'
	[ "$(visit /l/K7QXM2RT)" = 503 ] && ! has_header Set-Cookie
	ok "a cookie that is none is not set: $(echo "$bad" | cut -c1-10)"
done
answer link '{"result":"redirect","url":"https://b.example.com/\r\nX-Evil: 1","browser":"b-1"}'
[ "$(visit /l/K7QXM2RT)" = 503 ] && ! has_header X-Evil
ok "an address does not become two headers"
answer link '{"result":"gone"}'
[ "$(visit /l/K7QXM2RT)" = 410 ] && says "This login is over"
ok "a link that is over says so"
answer link '{"result":"unavailable","reason":"as_timeout","sentence":"it was slow","retry_after":7}'
[ "$(visit /l/K7QXM2RT)" = 503 ] && says "It was slow." && header Retry-After 7
ok "what is unavailable says why and when to come back"
rm -f run/asked
[ "$(visit /l/)" = 404 ] && [ "$(visit /l/a/b)" = 404 ] && nothing_asked
ok "a link without a name, or with two, is none"
[ "$(visit "/l/$(printf %05000d 0)")" = 400 ] && nothing_asked
ok "a link that is too long is not carried on"

answer callback '{"result":"confirm","state":"s-1",'"$login,$grant"',"seconds":65}'
[ "$(visit '/callback?code=c-1&state=s-1&iss=https%3A%2F%2Fb.example.com' \
    -H 'Cookie: scopegate=b-1')" = 200 ] &&
    asked_with code c-1 && asked_with state s-1 && asked_with browser b-1 &&
    asked_with iss https://b.example.com && asked_with rhost 127.0.0.1
ok "a callback is carried to decide whole"
asked_with path /callback
ok "and by which address it came"
says "paper-1" && says "alice" && says "192.0.2.7, terminal pts/7" && says "12 seconds ago" &&
    says "Paper account" && says "PA3X" &&
    says "Place, change and cancel orders" && says "weird:one" &&
    says "2030-03-17 17:46 UTC" && says "1 minute 5 seconds"
ok "the page tells all that is approved"
! says "Live account"
ok "paper is not called live"
header Content-Security-Policy "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
ok "no script, no frame, no form to elsewhere"
! grep -qi '<script\|style=\|c-1' page
ok "the page holds neither script nor the broker's code"
answer callback '{"result":"confirm","state":"s-1","user":"<b>&\"x","scopes":["<i>"]}'
visit '/callback?code=c&state=s' > out && ! grep -q '<b>\|<i>' page &&
    grep -q '&lt;b&gt;&amp;&quot;x' page
ok "what decide tells is escaped"
answer callback '{"result":"confirm","state":"s-1",'"$login"',"environment":"live","scopes":[]}'
visit '/callback?code=c&state=s' > out && says "Live account" &&
    says "real money" && says "Nothing beyond"
ok "live is called live"

rm -f run/asked
for query in '' '?code=c' '?state=s' '?code=c&code=d&state=s' \
    '?code=c&state=s&state=s' '?code=%zz&state=s' '?code=c&state=s&x=1&x=2' \
    '?code=%00&state=s'; do
	[ "$(visit "/callback$query")" = 400 ] && nothing_asked &&
	    says "This address is damaged"
	ok "a callback that is damaged is not carried on: $query"
done
[ "$(visit "/callback?code=c&state=a%20b")" = 400 ] && nothing_asked
ok "a state that could be none is not carried on"
[ "$(http -I -o page -w '%{http_code}' "$url/callback?code=c&state=s")" = 200 ] &&
    nothing_asked
ok "HEAD of a callback uses up nothing"
answer callback '{"result":"refused","reason":"login_declined","sentence":"they said no","error":"access_denied",'"$login"'}'
[ "$(visit '/callback?error=access_denied&error_description=No&state=s')" = 403 ] &&
    asked_with oauth_error access_denied && asked_with error_description No &&
    says "They said no." && says "access_denied"
ok "the broker's error is carried on and told"
answer callback '{"result":"refused","reason":"scope_missing","sentence":"a scope is missing","missing":["trading"],'"$login"'}'
[ "$(visit '/callback?code=c&state=s')" = 403 ] && says "trading" &&
    says "leave ticked"
ok "a missing scope is named, with what to do"
visit '/callback?request_token=rt-1&state=s' > out && asked_with code rt-1
ok "a broker may call the code a request token"
rm -f run/asked
long=$(printf %040d 7)
for name in acme A.b_c-7 "$long"; do
	visit "/callback/$name?code=c-1&state=s-1" > out &&
	    asked_with path "/callback/$name" && asked_with code c-1 &&
	    asked_with state s-1
	ok "an issuer may have an address of its own: $name"
done
rm -f run/asked
for name in '' "${long}7" a%62 a+b a,b 'a;b' a~b a/b acme/ %2e; do
	[ "$(visit "/callback/$name?code=c&state=s")" = 404 ] && nothing_asked
	ok "no address of an issuer: $(echo "$name" | cut -c1-10)"
done
[ "$(visit '/callback/acme?code=c')" = 400 ] && nothing_asked &&
    [ "$(http -I -o page -w '%{http_code}' "$url/callback/acme?code=c&state=s")" = 200 ] &&
    [ "$(visit '/callback/acme?code=c&state=s' -X POST)" = 405 ] && nothing_asked
ok "and it is as strict as the other"
answer callback '{"result":"foreign"}'
[ "$(visit '/callback?code=c&state=s')" = 403 ] && says "another browser"
ok "a login of another browser says so"

rm -f run/asked
answer confirm '{"result":"code","code":"K7QX-2MRT",'"$login"',"seconds":58}'
confirm() { visit /confirm -H 'Cookie: scopegate=b-1' "$@"; }
[ "$(confirm -d 'state=s-1&choice=approve')" = 200 ] &&
    asked_with state s-1 && asked_with choice approve && asked_with browser b-1
ok "the answer is carried on"
says "K7QX-2MRT" && says "58 seconds" && says "Tell it to nobody"
ok "the code is shown, and what to do with it"
header Cache-Control no-store && ! has_header Location
ok "no cache keeps the code, and no address holds it"
rm -f run/asked
for site in cross-site same-site nonsense; do
	[ "$(confirm -d 'state=s-1&choice=approve' \
	    -H "Sec-Fetch-Site: $site")" = 403 ] && nothing_asked &&
	    says "Nothing was approved"
	ok "an answer from elsewhere does not count: $site"
done
[ "$(visit /confirm -d 'state=s-1&choice=approve')" = 403 ] && nothing_asked &&
    says "another browser"
ok "nor one without the cookie"
for form in 'choice=approve' 'state=s-1' 'state=s-1&choice=yes' \
    'state=s-1&choice=deny&choice=approve' 'state=s-1&state=s-2&choice=deny' \
    'state=&choice=deny' 'state=%zz&choice=deny'; do
	[ "$(confirm -d "$form")" = 400 ] && nothing_asked
	ok "nor a form that is damaged: $form"
done
[ "$(confirm -H 'Content-Type: text/plain' -d 'state=s-1&choice=approve')" = 400 ] &&
    nothing_asked
ok "nor one of another type"
[ "$(confirm --data-binary "@$gatewayd")" = 413 ] && nothing_asked
ok "nor one that is too large"
for site in same-origin none; do
	[ "$(confirm -d 'state=s-1&choice=deny' -H "Sec-Fetch-Site: $site")" = 200 ] &&
	    asked_with choice deny
	ok "one from here does: $site"
done
answer confirm '{"result":"denied"}'
[ "$(confirm -d 'state=s-1&choice=deny')" = 200 ] && says "has been stopped"
ok "not me ends the login"
rm -f run/asked
[ "$(confirm)" = 405 ] && header Allow POST && nothing_asked
ok "an answer cannot be a GET"

for result in '{"result":"surprise"}' '{"no":"result"}' 'null' '!close' \
    '!error 7' '{"result":"code"'; do
	answer link "$result"
	[ "$(visit /l/K7QXM2RT)" = 503 ] && has_header Retry-After
	ok "what decide cannot mean is neither yes nor no: $result"
done
stop_decide
[ "$(visit /l/K7QXM2RT)" = 503 ] && has_header Retry-After &&
    says "neither a yes nor a no"
ok "without decide nothing goes on"
! grep -q 'c-1\|s-1\|b-1\|K7QX' log
ok "no code, state or cookie is in the log"
stop_gate
ok "it ends when told to"
done_testing
