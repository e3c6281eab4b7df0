# The process: its configuration, its limits, what it gives up, TLS, proxies.
. "$top_srcdir/tests/unit/gatewayd_stage.sh"

test_conf() { "$gatewayd" --config "$dir/conf" --test > out 2> err; }
refuses() # WHAT PATTERN LINE...: exit 78, and the message
{
	what=$1 pattern=$2
	shift 2
	write_conf "$@"
	test_conf
	[ $? -eq 78 ] && grep -q "gatewayd: error: $dir/conf[:0-9]*: $pattern" err
	ok "refused: $what"
}
plain='plain = yes' home='public_url = http://127.0.0.1:8080'
write_conf "$plain" "$home"
test_conf && [ "$(cat out)" = 'configuration ok' ]
ok "a configuration that is good"
refuses "no address" '.*lacks public_url' "$plain"
refuses "an unknown key" '.*nope' "$plain" "$home" 'nope = 1'
refuses "a key that stands twice" '.*plain' "$plain" "$home" "$plain"
refuses "neither TLS nor plain" 'plain is not set' \
    'public_url = https://gate.example.com' 'trusted_proxies = 127.0.0.1'
write_conf "$home"
test_conf
ok "http says that it is plain"
refuses "half of TLS" 'tls_certificate_file needs' "$home" \
    'tls_certificate_file = /etc/hostname'
refuses "TLS and plain" 'plain contradicts' "$plain" "$home" \
    'tls_certificate_file = /c' 'tls_key_file = /k'
refuses "a proxy that is not named" 'trusted_proxies is missing' "$plain" \
    'public_url = https://gate.example.com'
for bad in 'https://gate.example.com/' 'https://Gate.example.com' \
    'http://gate.example.com' 'ftp://x' 'https://' 'https://:8' \
    'https://u@gate.example.com' 'http://127.0.0.1.example.com'; do
	refuses "an address that is none: $bad" '.*public_url' "$plain" \
	    "public_url = $bad" 'trusted_proxies = 127.0.0.1'
done
for bad in example.com 10.0.0.0/33 10.0.0.0/x 1.2.3 '::/129' 'fe80::1%eth0'; do
	refuses "a network that is none: $bad" '.*trusted_proxies' "$plain" \
	    "$home" "trusted_proxies = $bad"
	refuses "nor for metrics: $bad" '.*metrics' "$plain" "$home" \
	    "metrics = $bad"
done
for good in '127.0.0.1:1' '[::1]:443' '8443' '[::1]:0 127.0.0.2:0'; do
	write_conf "$plain" "$home"
	sed -i "s/^listen.*/listen = $good/" conf
	test_conf
	ok "listens on $good"
done
for bad in '::1:443' '[127.0.0.1]:1' 'localhost:1' '127.0.0.1' ':80' \
    '127.0.0.1:70000' '127.0.0.1:x'; do
	write_conf "$plain" "$home"
	sed -i "s/^listen.*/listen = $bad/" conf
	test_conf
	[ $? -eq 78 ] && grep -q listen err
	ok "does not listen on $bad"
done
write_conf "$plain" "$home"
sed -i 's/^listen.*/listen = 0.0.0.0:0/' conf
test_conf
[ $? -eq 78 ] && grep -q 'that would show' err
ok "refused: plain to the network"
write_conf "$home"
sed -i 's/^listen.*/listen = [::]:0/' conf
test_conf
[ $? -eq 78 ] && grep -q 'that would show' err
ok "refused: http to the network"
printf short > token && chmod 600 token
write_conf "$plain" "$home" "event_token_file = $dir/token"
test_conf
[ $? -eq 78 ] && grep -q "$dir/token:1: is no bearer token" err
ok "refused: a short event token"
printf 0123456789abcdef > token && chmod 644 token
test_conf
[ $? -eq 78 ] && grep -q "$dir/token: can be read by everybody" err
ok "refused: a secret that everybody can read"
"$gatewayd" --nope 2> err
[ $? -eq 64 ] && grep -q 'unknown argument: --nope' err
ok "an unknown option is refused"
"$gatewayd" --version | grep -q '^gatewayd [0-9]'
ok "tells its version"

start_decide
start_gate 'page_rate = 1'
if [ "$(id -u)" -eq 0 ]; then
	[ "$(awk '/^Uid:/ { print $2, $3, $4 }' "/proc/$server/status")" = \
	    "$(id -u "$account") $(id -u "$account") $(id -u "$account")" ]
	ok "becomes its user"
	grep -q '^CapEff:	0*$' "/proc/$server/status" &&
	    grep -q '^CapPrm:	0*$' "/proc/$server/status"
	ok "keeps no capability"
fi
grep -q '^Seccomp:	2' "/proc/$server/status" &&
    grep -q '^NoNewPrivs:	1' "/proc/$server/status"
ok "is shut in"
grep -q '^Max core file size *0 *0' "/proc/$server/limits"
ok "leaves no core"
for task in "/proc/$server"/task/*; do
	grep -q '^Seccomp:	2' "$task/status" || break
done
ok "all of its threads are"

# One address must wait, another need not; a network of IPv6 is one address.
[ "$(visit /l/x)" = 410 ] && [ "$(visit /l/x)" = 429 ] &&
    has_header Retry-After && says "Too many requests"
ok "one address may ask so often and no more"
[ "$(visit /healthz)" = 200 ] && [ "$(visit /authorize)" = 400 ]
ok "but always whether we are alive, and proxies always"
[ "$(visit /code -X POST)" = 401 ]
ok "codes are counted apart"
[ "$(visit /l/x -H 'X-Forwarded-For: 192.0.2.9')" = 429 ]
ok "who is no proxy cannot speak for others"
stop_gate && ok "ends when told to"

# Of a proxy's questions only those are counted that were answered with no.
start_gate 'refused_rate = 1' 'trusted_proxies = 127.0.0.1' 'connections = 16'
proxy() # TOKEN ADDRESS: the status
{
	visit /authorize?service=x -H "Authorization: $1" \
	    -H "X-Forwarded-For: $2"
}
answer authorize '{"result":"allow","user":"a","subject":"s","scopes":["x"]}'
for i in 1 2 3 4 5 6 7 8 9; do
	[ "$(proxy 'Bearer good' 192.0.2.1)" = 200 ] || break
done
[ "$i" = 9 ]
ok "who is let in may ask without end"
answer authorize '{"result":"deny","error":"invalid_token","sentence":"no"}'
for i in 1 2 3; do
	[ "$(visit /authorize?service=x -H 'X-Forwarded-For: 192.0.2.1')" = 401 ] || break
done
[ "$i" = 3 ] && [ "$(proxy 'Bearer bad' 192.0.2.1)" = 401 ]
ok "nor is counted that no token came"
rm -f run/asked
[ "$(proxy 'Bearer bad' 192.0.2.1)" = 429 ] &&
    has_header Retry-After && ! has_header WWW-Authenticate && nothing_asked
ok "whose tokens are refused must wait, and decide hears nothing"
[ "$(proxy 'Bearer bad' 192.0.2.2)" = 401 ]
ok "and others need not"
# Questions that wait leave room for people.
answer authorize "!wait $dir/on {\"result\":\"deny\",\"error\":\"insufficient_scope\"}"
rm -f run/asked
waiting=
for i in 1 2 3 4 5 6 7 8; do
	http -o /dev/null -w '%{http_code}\n' -H 'Authorization: Bearer t' \
	    "$url/authorize?service=x" -H "X-Forwarded-For: 192.0.2.1$i" > "held.$i" &
	waiting="$waiting $!"
done
await '[ "$(grep -c authorize run/asked 2> /dev/null)" = 8 ]' "$server"
full='too many questions wait'
[ "$(proxy 'Bearer t' 192.0.2.30)" = 503 ] && has_header Retry-After && says "$full" &&
    [ "$(visit /code -H 'Authorization: Bearer t' -d 'user=a&service=s&host=h')" = 503 ] &&
    has_header Retry-After && says "$full" && [ "$(visit /l/x)" = 410 ]
ok "half of the connections at most wait for a proxy, and pages go on"
touch on
wait $waiting
[ "$(sort -u held.*)" = 403 ] && [ "$(proxy 'Bearer t' 192.0.2.30)" = 403 ]
ok "and afterwards there is room again"
stop_gate

start_gate 'page_rate = 1' 'trusted_proxies = 127.0.0.0/8 10.0.0.0/8' 'metrics = 192.0.2.7'
rm -f run/asked
from() # LIST EXPECTED
{
	rm -f run/asked
	visit /authorize?service=x -H 'Authorization: Bearer t' \
	    -H "X-Forwarded-For: $1" > out
	asked_with rhost "$2"
	ok "forwarded for '$1': $2"
}
from 192.0.2.7 192.0.2.7
from '192.0.2.7, 198.51.100.1' 198.51.100.1
from '192.0.2.7,10.1.1.1' 192.0.2.7
from '10.2.2.2, 10.1.1.1' 10.2.2.2
from ' 192.0.2.7 ' 192.0.2.7
from 'nonsense' 127.0.0.1
from 'nonsense, 10.1.1.1' 10.1.1.1
from '192.0.2.7, nonsense, 10.1.1.1' 10.1.1.1
from '2001:db8::1' 2001:db8::1
from '::ffff:192.0.2.7' 192.0.2.7
rm -f run/asked
[ "$(visit /authorize?service=x -H 'Authorization: Bearer t' \
    -H "X-Forwarded-For: $(printf %05000d 0)")" = 400 ] && nothing_asked
ok "a list that is too long is refused"
visit /authorize?service=x -H 'Authorization: Bearer t' \
    -H 'X-Forwarded-For: 192.0.2.7' -H 'X-Forwarded-For: 198.51.100.1' > out
asked_with rhost 198.51.100.1
ok "a list in two lines is one"
[ "$(visit /l/x -H 'X-Forwarded-For: 2001:db8::1')" = 410 ] &&
    [ "$(visit /l/x -H 'X-Forwarded-For: 2001:db8::2')" = 429 ] &&
    [ "$(visit /l/x -H 'X-Forwarded-For: 2001:db8:0:1::2')" = 410 ] &&
    [ "$(visit /l/x -H 'X-Forwarded-For: 192.0.2.1')" = 410 ] &&
    [ "$(visit /l/x -H 'X-Forwarded-For: 192.0.2.2')" = 410 ]
ok "an IPv6 /64 is one address, an IPv4 address is one"
[ "$(visit /metrics -H 'X-Forwarded-For: 192.0.2.7')" = 200 ] &&
    [ "$(visit /metrics -H 'X-Forwarded-For: 192.0.2.8')" = 404 ] &&
    [ "$(visit /metrics)" = 404 ]
ok "metrics are for whom they are for"
[ "$(visit /events -X POST)" = 404 ]
ok "without a token there is no receiver"
# Whoever waits for decide holds up nobody else.
answer callback "!wait $dir/go {\"result\":\"denied\"}"
waiting=
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	http -o "slow.$i" -H "X-Forwarded-For: 192.0.2.1$i" \
	    "$url/callback?code=c&state=s" &
	waiting="$waiting $!"
done
await '[ "$(grep -c callback run/asked 2> /dev/null)" = 12 ]' "$server"
[ "$(visit /l/x -H 'X-Forwarded-For: 198.51.100.7')" = 410 ] &&
    [ "$(visit /healthz)" = 200 ]
ok "twelve that wait hold up nobody"
touch go
wait $waiting
grep -q 'has been stopped' slow.1 && grep -q 'has been stopped' slow.12
ok "and get their answers"
stop_gate

# Without TLS whoever is no proxy gets nothing, however the socket came.
own=$(/usr/bin/python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("192.0.2.1", 9))
print(s.getsockname()[0])' 2> /dev/null)
start_elsewhere() # LINE...: listens on all addresses; $url is not loopback's
{
	write_conf 'public_url = https://gate.example.com' 'plain = yes' "$@"
	sed -i 's/^listen.*/listen = 0.0.0.0:0/' conf
	launch_gate http
	inside=http://127.0.0.1:${url##*:}
	url=http://$own:${url##*:}
}
if [ -n "$own" ] && [ "${own#127.}" = "$own" ]; then
	start_elsewhere 'trusted_proxies = 192.0.2.7'
	rm -f run/asked
	[ "$(visit /authorize?service=x -H 'Authorization: Bearer t0ken')" = 403 ] &&
	    nothing_asked && grep -q '"error":"invalid_request"' page &&
	    header Connection close && ! has_header WWW-Authenticate
	ok "plain: a token from elsewhere is not taken"
	[ "$(visit /l/x -H 'X-Forwarded-For: 127.0.0.1')" = 403 ] &&
	    nothing_asked && says "for the proxy of this gate alone" &&
	    [ "$(visit /healthz)" = 403 ] && [ "$(visit /nope)" = 403 ]
	ok "nor is anything else"
	url=$inside
	[ "$(visit /l/x)" = 410 ]
	ok "but from this host"
	stop_gate
	start_elsewhere "trusted_proxies = $own"
	[ "$(visit /l/x)" = 410 ]
	ok "and from the proxy"
	stop_gate
fi

# One address cannot take all connections.
cat > hold.py <<'P'
import socket, sys, time
held = []
for _ in range(int(sys.argv[2])):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    s.settimeout(30)
    try:
        held.append((s, s.recv(4096)))
    except OSError:
        held.append((s, b""))
print(sum(got.startswith(b"HTTP/1.1 200") for _, got in held), flush=True)
sys.stdin.read()
P
start_gate 'connections = 16'
mkfifo held
/usr/bin/python3 hold.py "${url##*:}" 6 < held > holds &
holder=$!
exec 3> held
await '[ -s holds ]' "$holder"
[ "$(cat holds)" = 4 ] && [ "$(visit /healthz --interface 127.0.0.2)" = 200 ] &&
    ! visit /healthz > out
ok "one address has a quarter of the connections, and no more"
exec 3>&-
wait "$holder"
await '[ "$(visit /healthz)" = 200 ]' "$server"
ok "and gets them back"
stop_gate

if command -v openssl > /dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate \
	    -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	    > out 2>&1
	chmod 600 key
	write_conf 'public_url = https://127.0.0.1:8443' \
	    "tls_certificate_file = $dir/certificate" "tls_key_file = $dir/key"
	launch_gate https
	answer link '{"result":"redirect","url":"https://b.example.com/","browser":"b-1"}'
	[ "$(visit /l/x --cacert certificate)" = 303 ] && header Set-Cookie \
	    '__Host-scopegate=b-1; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure'
	ok "over TLS the cookie is the host's alone"
	rm -f run/asked
	visit /l/x --cacert certificate -H 'Cookie: scopegate=evil' > out &&
	    asked_with browser ''
	ok "and another name is none of ours"
	! visit / --cacert certificate --tls-max 1.1 > out &&
	    [ "$(visit / --cacert certificate --tls-max 1.2)" = 200 ] &&
	    [ "$(visit / --cacert certificate --tlsv1.3)" = 200 ]
	ok "TLS 1.2 and 1.3, nothing older"
	stop_gate
	openssl genrsa -out other 2048 2> out
	chmod 600 other
	sed -i "s|^tls_key.*|tls_key_file = $dir/other|" conf
	"$gatewayd" --config "$dir/conf" 2> err
	[ $? -ne 0 ] && grep -q 'certificate and key of one pair' err
	ok "a key of another certificate is told"
fi
done_testing
