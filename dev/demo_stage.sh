# SPDX-License-Identifier: ISC
# Sourced by dev/demo: builds the stage, raises it, and acts on it. Every thing
# that is made is promised to the ledger first.

demo=$top/build/demo
state=/run/scopegate-demo # also the folder of the sockets
ledger=$state/ledger
config=$state/validatord.conf
store=$state/broker/store.sqlite
prefix=$demo/inst
ctl=$prefix/sbin/validatorctl
audit=$state/audit/audit.jsonl
pam_paper=scopegate-demo-paper
pam_live=scopegate-demo-live
pam_sudo=scopegate-demo-sudo
audience=https://hosts.example.test
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
*UTF-8* | *utf8*) tick=✓ cross=✗ ;;
*) tick=ok cross=WRONG ;;
esac
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY MAKEFLAGS DESTDIR || true

logged()
{
	if ! "$@" >> "$demo/log" 2>&1 < /dev/null; then
		echo "${red}failed$plain: $1; the end of build/demo/log:"
		tail -n 30 "$demo/log"
		exit 1
	fi
}

build()
{
	step "build and install into build/demo (the log is build/demo/log)"
	mkdir -p "$demo/tree"
	: > "$demo/log"
	copy_sources "$top" "$demo/src"
	[ -e "$demo/src/configure" ] || logged env -C "$demo/src" autoreconf -fi
	[ -e "$demo/tree/Makefile" ] || logged env -C "$demo/tree" ../src/configure -q \
		--prefix="$prefix" --with-rundir="$state"
	logged make -C "$demo/tree" -j"$(nproc)"
	logged make -C "$demo/tree" install
	[ -x "$ctl" ] || ctl=$prefix/bin/validatorctl
	brokerd=$prefix/bin/brokerd
	[ -x "$brokerd" ] || brokerd=$prefix/sbin/brokerd
	gatewayd=$prefix/sbin/gatewayd
}

# await SECONDS WHAT COMMAND...
await()
{
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" > /dev/null 2>&1; do
		if [ $SECONDS -ge "$end" ]; then
			echo "${red}$what did not happen$plain" >&2
			tail -n 20 "$state"/*.log >&2 || true
			exit 1
		fi
		sleep 0.05
	done
}

add_account()
{
	if id -u "$1" > /dev/null 2>&1; then
		echo "dev/demo: there is an account $1 already; it is not ours to touch" >&2
		exit 1
	fi
	promise account "$1"
	useradd --create-home --shell /bin/bash --comment "scopegate demo" "$1"
}

# free_port: one that nobody listens on now.
free_port()
{
	local port
	while :; do
		port=$((20000 + RANDOM % 10000))
		(exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || break
	done
	echo "$port"
}

# A broker with two people: alice has an account on paper, bob also one with
# money. The gate is an app as Alpaca knows them, and bob made it.
make_broker()
{
	local name
	"$brokerd" init --store "$store" --audience "$audience" > /dev/null
	for name in alice bob; do
		(umask 077 && openssl rand -base64 18 > "$state/broker/password.$name")
	done
	"$brokerd" user add --store "$store" --user alice \
		--password-file "$state/broker/password.alice" > /dev/null
	"$brokerd" user add --store "$store" --user bob --live \
		--password-file "$state/broker/password.bob" > /dev/null
	# sudo's tokens are introspected; the name is in them.
	"$brokerd" user add --store "$store" --user sg-alice > /dev/null
	"$brokerd" app add --store "$store" --app desk --title "Desk login" --owner bob \
		--description "Signs you in to the hosts of your trading desk." \
		--alpaca --approved --scope "trading data" --optional trading \
		--redirect "$front/callback" --secret-file "$state/broker/desk.secret" > /dev/null
	"$brokerd" app add --store "$store" --app gate --audience "$audience" \
		--secret-file "$state/broker/gate.secret" > /dev/null
	"$brokerd" app add --store "$store" --app trader --owner bob --public --approved \
		--scope "trading data sudo:run" --redirect http://127.0.0.1/callback > /dev/null
}

start_broker()
{
	rm -f "$state/broker/port"
	"$brokerd" serve --store "$store" --listen "127.0.0.1:${broker_port:-0}" \
		--port-file "$state/broker/port" 9>&- >> "$state/brokerd.log" 2>&1 < /dev/null &
	broker=$!
	promise_process "$broker"
	await 10 "brokerd listens" test -s "$state/broker/port"
	broker_port=$(< "$state/broker/port")
}

stop_broker()
{
	echo "   $dim\$ kill brokerd$plain"
	kill "$broker"
	wait "$broker" 2> /dev/null || true
}

# Whose account it is here: the id that the broker's API states, and the local
# user. alice's is asked for with a token of hers.
map_users()
{
	local id
	id=$("$brokerd" token --store "$store" --user alice --app trader --scope data |
		sed 's/^/header = "Authorization: Bearer /; s/$/"/' |
		curl -s --noproxy '*' -K - "http://127.0.0.1:$broker_port/paper/v2/account" |
		sed -nE 's/^\{"id":"([^"]+)".*/\1/p')
	echo "alpaca * $id sg-alice" > "$state/users.map"
}

start_daemon()
{
	local broker_url=http://127.0.0.1:$broker_port name
	install -d -o nobody -m 700 "$state/audit" "$state/grants"
	for name in desk gate; do
		install -o nobody -m 600 "$state/broker/$name.secret" "$state/$name.secret"
	done
	cat > "$config" <<- CONF
		[validatord]
		audit_log    = $audit
		runtime_dir  = $state
		state_dir    = $state/grants
		gateway_url  = $front
		host_name    = desk.example.com
		user         = nobody
		gateway_user = nobody
		tools_group  = nogroup

		[issuer alpaca]
		profile                = alpaca
		client_id              = desk
		client_secret_file     = $state/desk.secret
		user_map               = $state/users.map
		scope                  = trading data
		; The lines that put brokerd in Alpaca's place:
		url                    = $broker_url
		authorization_endpoint = $broker_url/oauth/authorize
		token_endpoint         = $broker_url/oauth/token
		api_url                = $broker_url
		paper_api_url          = $broker_url/paper
		insecure_loopback      = yes

		[issuer introspecting]
		url                = $broker_url
		insecure_loopback  = yes
		client_id          = gate
		client_secret_file = $state/gate.secret
		audience           = $audience
		user_claim         = username
		cache              = 1s
		breaker            = off

		[policy paper-hosts]
		service = $pam_paper
		issuer  = alpaca
		require = trading
		env     = paper
		login   = browser

		[policy live-hosts]
		service = $pam_live
		issuer  = alpaca
		require = trading
		env     = live
		login   = browser

		[policy administration]
		service = $pam_sudo
		issuer  = introspecting
		require = sudo:run
	CONF
	chmod 644 "$config"
	"$prefix/sbin/validatord" --foreground --config "$config" 9>&- \
		>> "$state/validatord.log" 2>&1 < /dev/null &
	promise_process $!
	await 10 "validatord answers" "$ctl" --config "$config" status
	printf '%s\n' "[gatewayd]" "listen = 127.0.0.1:$front_port" "public_url = $front" \
		"plain = yes" "runtime_dir = $state" "user = nobody" > "$state/gatewayd.conf"
	"$gatewayd" --config "$state/gatewayd.conf" 9>&- \
		>> "$state/gatewayd.log" 2>&1 < /dev/null &
	promise_process $!
	await 10 "gatewayd answers" curl -sf --noproxy '*' "$front/healthz"
}

# start_sshd PAM-SERVICE PORT. sshd of Debian 12 takes its PAM service's name
# from its own: hence the link.
start_sshd()
{
	ln -s /usr/sbin/sshd "$state/$1"
	printf '%s\n' "ListenAddress 127.0.0.1" "Port $2" "HostKey $state/hostkey" \
		"PidFile none" "UsePAM yes" "KbdInteractiveAuthentication yes" \
		"PasswordAuthentication no" "PubkeyAuthentication no" "PermitRootLogin no" \
		"UseDNS no" "PrintMotd no" "PrintLastLog no" > "$state/$1.conf"
	echo "[127.0.0.1]:$2 $(cut -d' ' -f1,2 "$state/hostkey.pub")" >> "$state/known_hosts"
	"$state/$1" -D -e -f "$state/$1.conf" 9>&- >> "$state/$1.log" 2>&1 < /dev/null &
	promise_process $!
	await 10 "sshd listens" grep -q "Server listening" "$state/$1.log"
}

start_hosts()
{
	local module=$prefix/lib/security/pam_scopegate.so name
	for name in "$pam_paper" "$pam_live" "$pam_sudo"; do
		promise file "/etc/pam.d/$name"
		printf '%s\n' "auth required $module" "account required $module" \
			"session required pam_permit.so" > "/etc/pam.d/$name"
	done
	[ -d /run/sshd ] || { promise folder /run/sshd; install -d -m 755 /run/sshd; }
	ssh-keygen -q -t ed25519 -N '' -f "$state/hostkey"
	paper_port=$(free_port)
	start_sshd "$pam_paper" "$paper_port"
	live_port=$(free_port)
	start_sshd "$pam_live" "$live_port"
}

allow_sudo()
{
	promise file /etc/sudoers.d/scopegate-demo
	(umask 337 && printf '%s\n' \
		"Defaults:sg-alice pam_service=$pam_sudo, timestamp_timeout=0, passwd_tries=1, !lecture" \
		"sg-alice ALL=(sg-bob) ALL" > "$state/sudoers")
	visudo -q -c -f "$state/sudoers"
	install -m 440 "$state/sudoers" /etc/sudoers.d/scopegate-demo
}

raise()
{
	step "a broker, the gate, two hosts (sshd for paper, sshd for live), sg-alice and sg-bob"
	install -d -m 755 "$state"
	promise folder "$state"
	promise folder "$demo/hand"
	promise folder "$demo/profile"
	rm -rf "$demo/profile" "$demo/pictures"
	install -d -m 700 "$state/broker" "$demo/hand"
	install -d -m 755 "$demo/profile" "$demo/pictures"
	add_account sg-alice
	add_account sg-bob
	front_port=$(free_port)
	front=http://127.0.0.1:$front_port
	make_broker
	start_broker
	map_users
	start_daemon
	start_hosts
	allow_sudo
	echo "   brokerd on 127.0.0.1:$broker_port as Alpaca is: an app with a secret, scopes stated once, no"
	echo "   introspection; validatord with the profile alpaca; gatewayd on 127.0.0.1:$front_port;"
	echo "   the paper host's sshd on 127.0.0.1:$paper_port, the live host's on 127.0.0.1:$live_port"
}

# Those who are at a terminal and in a browser; adds to the counts.
people()
{
	local cases_ total_ right_
	python3 -B "$top/dev/demo_people.py" --paper "$paper_port" --live "$live_port" \
		--profile "$demo/profile" --pictures "$demo/pictures" \
		--known-hosts "$state/known_hosts" --audit "$audit" \
		--password-file "$state/broker/password.alice" \
		--score "$demo/hand/score" --refused "$demo/hand/refused" 9>&- || true
	read -r cases_ total_ right_ < "$demo/hand/score"
	cases=$((cases + cases_)) total=$((total + total_)) right=$((right + right_))
	refused=$(cat "$demo/hand/refused" 2> /dev/null || true)
}

# token NAME SCOPES: sg-alice's, into a file, never onto a command line.
token()
{
	echo "   $dim\$ brokerd token --user sg-alice --app trader --scope \"$2\"$plain"
	(umask 077 && "$brokerd" token --store "$store" --user sg-alice --app trader --scope "$2" \
		> "$demo/hand/$1")
}

revoke()
{
	echo "   $dim\$ brokerd revoke < token$plain"
	"$brokerd" revoke --store "$store" < "$demo/hand/$1" | sed 's/^/   | /'
}

try_sudo()
{
	echo "   $dim[sg-alice] \$ sudo -u sg-bob id -un$plain"
	code=0
	out=$(cd / && setpriv --reuid=sg-alice --regid=sg-alice --init-groups \
		env -i PATH=/usr/bin:/bin HOME=/home/sg-alice sudo -k -S -u sg-bob id -un \
		2> "$demo/hand/said" < "$demo/hand/$1") || code=$?
	sed -E 's/\r$//; s/Access token: //; /^$/d; s/^/   | /' "$demo/hand/said" | cut -c1-110
	sed '/^$/d; s/^/   | /' <<< "$out"
}

# What the last audit record says.
member()
{
	tail -n 1 "$audit" | sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p"
}

verdict()
{
	echo "$(member decision) $(member reason)"
}

tell_how()
{
	cat <<- HOW

		It is left running. Log in to the paper host or the live one, and open the link
		that ssh shows in a browser on this machine; at the broker you are alice or bob,
		whose passwords are in $state/broker/password.*
		  ssh -p $paper_port -o UserKnownHostsFile=$state/known_hosts sg-alice@127.0.0.1
		  ssh -p $live_port -o UserKnownHostsFile=$state/known_hosts sg-alice@127.0.0.1
		See what happened, and what was granted:
		  $ctl --config $config status
		  $ctl --config $config grants list
		  tail -n 1 $audit
		End it:
		  dev/demo --stop
	HOW
}
