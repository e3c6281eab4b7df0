# The sample for nginx, in front of the gate and of a web tool that tells what
# it was sent: who gets through, and that nobody chooses who they are.
. "$top_srcdir/tests/unit/gatewayd_stage.sh"

nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || {
	echo "1..0 # SKIP nginx is not installed"
	exit 0
}
proxy= tool=
clean_up_proxy() { kill $proxy $tool 2> /dev/null; clean_up; }
trap clean_up_proxy EXIT

cat > tool.py <<'P'
import http.server, json
class Tool(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(sorted(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tool)
print(server.server_port, flush=True)
server.serve_forever()
P
/usr/bin/python3 tool.py > tool.port &
tool=$!
await '[ -s tool.port ]' "$tool"
start_decide
start_gate 'trusted_proxies = 127.0.0.1' 'page_rate = 0'
gate=${url#http://}

# Ports of our own, and no TLS; all else is the sample.
port=$(/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
{
	echo "daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log;"
	echo "events {} http { access_log off;"
	for kind in client_body proxy fastcgi uwsgi scgi; do
		echo "${kind}_temp_path $dir/nginx.$kind;"
	done
	sed -e "s/listen 443 ssl/listen 127.0.0.1:$port/" -e '/ssl_certificate/d' \
	    -e "s/127\.0\.0\.1:8443/$gate/; s/127\.0\.0\.1:3000/127.0.0.1:$(cat tool.port)/" \
	    "$top_srcdir/examples/nginx/web-tool.conf" \
	    "$top_srcdir/examples/nginx/gate.conf"
	echo "}"
} > nginx.conf
# As root its workers would be somebody who may not read the folder.
if [ "$(id -u)" -eq 0 ]; then
	sed -i '1s/^/user root; /' nginx.conf
fi
"$nginx" -t -q -p "$dir" -c "$dir/nginx.conf" -e "$dir/nginx.log" 2> err
ok "nginx takes the samples"
"$nginx" -p "$dir" -c "$dir/nginx.conf" -e "$dir/nginx.log" 2> err &
proxy=$!
await '[ -s nginx.pid ]' "$proxy"
url=http://127.0.0.1:$port

ask() { visit "$@" -H 'Host: desk.example.com'; }
allow='{"result":"allow","user":"alice","subject":"acct-1","client_id":"gate","environment":"paper","scopes":["trading"],"ref":"r-1"}'
told() # NAME VALUE: the tool was sent this header, once
{
	[ "$(grep -oi "\[\"$1\", \"[^\"]*\"\]" page)" = "[\"$1\", \"$2\"]" ]
}
answer authorize "$allow"
[ "$(ask / -H 'Authorization: Bearer t0ken')" = 200 ] &&
    told X-Auth-Request-User alice && told X-Auth-Request-Subject acct-1 &&
    told X-Auth-Request-Scopes trading && told X-Auth-Request-Environment paper
ok "who is allowed gets through, and the tool knows who it is"
! grep -q 't0ken' page
ok "the tool never sees the token"
asked_with service web:desk && asked_with token t0ken && asked_with rhost 127.0.0.1
ok "decide is asked about the service that the proxy names"
[ "$(ask '/?service=root' -H 'Authorization: Bearer t0ken' \
    -H 'X-Auth-Request-User: root' -H 'X-Auth-Request-Scopes: all' \
    -H 'X-Forwarded-For: 192.0.2.1')" = 200 ] &&
    told X-Auth-Request-User alice && told X-Auth-Request-Scopes trading &&
    asked_with service web:desk && asked_with rhost 127.0.0.1
ok "a client chooses neither service, nor address, nor who it is"
forged=
for name in User Subject Client Scopes Environment Issuer Ref; do
	forged="$forged -H X-Auth-Request-$name:forged"
done
# shellcheck disable=SC2086
[ "$(ask / -H 'Authorization: Bearer t0ken' $forged)" = 200 ] &&
    told X-Auth-Request-Client gate && told X-Auth-Request-Ref r-1 &&
    ! grep -q forged page
ok "nor any other header of the gate's, told or not"
answer authorize '{"result":"allow","user":"alice","subject":"acct-1","scopes":[]}'
# shellcheck disable=SC2086
[ "$(ask / -H 'Authorization: Bearer t0ken' $forged)" = 200 ] &&
    told X-Auth-Request-User alice && ! grep -q forged page
ok "nor one that the gate knows no value for"
# The other samples name the same headers.
for name in User Subject Client Scopes Environment Issuer Ref; do
	grep -q "^ *- X-Auth-Request-$name\$" \
	    "$top_srcdir/examples/traefik/web-tool.yaml" &&
	    grep -q "copy_headers.* X-Auth-Request-$name\b" \
	    "$top_srcdir/examples/caddy/Caddyfile" || break
done
ok "Traefik and Caddy replace all of them, too"
answer authorize "$allow"
[ "$(ask / -X POST -d 'a=b' -H 'Authorization: Bearer t0ken')" = 200 ]
ok "a form gets through, too"
rm -f run/asked
[ "$(ask /)" = 401 ] && nothing_asked &&
    grep -qi '^WWW-Authenticate: Bearer realm="scopegate", resource_metadata=' head
ok "without a token: 401, and where to get one"
answer authorize '{"result":"deny","error":"insufficient_scope","sentence":"too little","missing":["trading"]}'
[ "$(ask / -H 'Authorization: Bearer t0ken')" = 403 ] &&
    grep -qi '^WWW-Authenticate: .*error="insufficient_scope".* scope="trading"' head
ok "with too little: 403, and what is missing"
answer authorize '{"result":"deny","error":"invalid_token","sentence":"revoked"}'
[ "$(ask / -H 'Authorization: Bearer t0ken')" = 401 ]
ok "revoked: 401"
for result in '{"result":"unavailable","retry_after":3}' '!close' '{"result":"allow"}'; do
	answer authorize "$result"
	[ "$(ask / -H 'Authorization: Bearer t0ken')" = 500 ]
	ok "unavailable: nobody gets through: $result"
done
printf 'header = "Authorization: Bearer %016384d"\n' 7 > token.curl
answer authorize "$allow"
[ "$(ask / -K token.curl)" = 200 ]
ok "a token of 16 KiB gets through"
[ "$(ask /_scopegate -H 'Authorization: Bearer t0ken')" = 404 ]
ok "the question itself cannot be asked from outside"

at_gate() { visit "$@" -H 'Host: gate.example.com'; }
answer link '{"result":"redirect","url":"https://b.example.com/","browser":"b-1"}'
rm -f run/asked
[ "$(at_gate /l/K7QXM2RT -H 'X-Forwarded-For: 192.0.2.1')" = 303 ] &&
    asked_with rhost 127.0.0.1
ok "the gate behind the proxy: a client cannot name its address"
[ "$(at_gate '/authorize?service=root')" = 404 ] && [ "$(at_gate /metrics)" = 404 ]
ok "what is for the proxy is not for browsers"
done_testing
