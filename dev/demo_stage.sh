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
pam_sshd=scopegate-demo-sshd
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

start_daemon()
{
	install -d -o nobody -m 700 "$state/audit"
	install -o nobody -m 600 "$state/broker/gate.secret" "$state/gate.secret"
	cat > "$config" <<- CONF
		[validatord]
		audit_log   = $audit
		runtime_dir = $state
		user        = nobody
		tools_group = nogroup

		[issuer demo-broker]
		url                = http://127.0.0.1:$broker_port
		insecure_loopback  = yes
		client_id          = gate
		client_secret_file = $state/gate.secret
		audience           = $audience
		user_claim         = username
		cache              = 1s
		breaker            = off

		[policy trading-host]
		service = $pam_sshd
		issuer  = demo-broker
		require = trading

		[policy administration]
		service = $pam_sudo
		issuer  = demo-broker
		require = sudo:run
	CONF
	chmod 644 "$config"
	"$prefix/sbin/validatord" --foreground --config "$config" 9>&- \
		>> "$state/validatord.log" 2>&1 < /dev/null &
	promise_process $!
	await 10 "validatord answers" "$ctl" --config "$config" status
}

# sshd of Debian 12 takes its PAM service's name from its own: hence the link.
start_sshd()
{
	local module=$prefix/lib/security/pam_scopegate.so try
	for name in "$pam_sshd" "$pam_sudo"; do
		promise file "/etc/pam.d/$name"
		printf '%s\n' "auth required $module" "account required $module" \
			"session required pam_permit.so" > "/etc/pam.d/$name"
	done
	[ -d /run/sshd ] || { promise folder /run/sshd; install -d -m 755 /run/sshd; }
	ln -s /usr/sbin/sshd "$state/$pam_sshd"
	ssh-keygen -q -t ed25519 -N '' -f "$state/hostkey"
	for try in $(seq 20); do
		ssh_port=$((20000 + RANDOM % 10000))
		(exec 3<> "/dev/tcp/127.0.0.1/$ssh_port") 2> /dev/null || break
	done
	printf '%s\n' "ListenAddress 127.0.0.1" "Port $ssh_port" "HostKey $state/hostkey" \
		"PidFile none" "UsePAM yes" "KbdInteractiveAuthentication yes" \
		"PasswordAuthentication no" "PubkeyAuthentication no" "PermitRootLogin no" \
		"UseDNS no" "PrintMotd no" "PrintLastLog no" > "$state/sshd_config"
	echo "[127.0.0.1]:$ssh_port $(cut -d' ' -f1,2 "$state/hostkey.pub")" > "$state/known_hosts"
	"$state/$pam_sshd" -D -e -f "$state/sshd_config" 9>&- >> "$state/sshd.log" 2>&1 < /dev/null &
	promise_process $!
	await 10 "sshd listens" grep -q "Server listening" "$state/sshd.log"
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
	step "a broker, the daemon, an sshd and two accounts, sg-alice and sg-bob"
	install -d -m 755 "$state"
	promise folder "$state"
	promise folder "$demo/hand"
	install -d -m 700 "$state/broker" "$demo/hand"
	add_account sg-alice
	add_account sg-bob
	"$brokerd" init --demo --store "$store" --audience "$audience" \
		--gate-secret-file "$state/broker/gate.secret" > /dev/null
	for user in sg-alice sg-bob; do
		"$brokerd" user add --store "$store" --user "$user" > /dev/null
	done
	start_broker
	start_daemon
	start_sshd
	allow_sudo
	# ssh asks this for the token; a script, since /run may not run programs.
	printf '#!/bin/sh\ncat "$DEMO_TOKEN"\n' > "$demo/hand/askpass"
	chmod 700 "$demo/hand/askpass"
	echo "   brokerd on 127.0.0.1:$broker_port, sshd on 127.0.0.1:$ssh_port, validatord in $state"
}

# token NAME USER SCOPES: into a file, never onto a command line.
token()
{
	echo "   $dim\$ brokerd token --user $2 --app trader --scope \"$3\"$plain"
	(umask 077 && "$brokerd" token --store "$store" --user "$2" --app trader --scope "$3" \
		> "$demo/hand/$1")
}

revoke()
{
	echo "   $dim\$ brokerd revoke < token$plain"
	"$brokerd" revoke --store "$store" < "$demo/hand/$1" | sed 's/^/   | /'
}

show()
{
	sed -E 's/\r$//; s/Access token: //; /^$/d; s/^/   | /' "$demo/hand/said" | cut -c1-110
	sed '/^$/d; s/^/   | /' <<< "$out"
}

try_ssh()
{
	echo "   $dim\$ ssh -p $ssh_port $1@127.0.0.1 id -un$plain"
	code=0
	out=$(DEMO_TOKEN=$demo/hand/$2 DISPLAY='' SSH_ASKPASS=$demo/hand/askpass \
		SSH_ASKPASS_REQUIRE=force setsid -w ssh -F none -p "$ssh_port" \
		-o UserKnownHostsFile="$state/known_hosts" -o StrictHostKeyChecking=yes \
		-o PreferredAuthentications=keyboard-interactive -o NumberOfPasswordPrompts=1 \
		-o ConnectTimeout=10 -o LogLevel=INFO -o IdentityAgent=none \
		"$1@127.0.0.1" id -un 2> "$demo/hand/said" < /dev/null) || code=$?
	show
}

try_sudo()
{
	echo "   $dim[sg-alice] \$ sudo -u sg-bob id -un$plain"
	code=0
	out=$(cd / && setpriv --reuid=sg-alice --regid=sg-alice --init-groups \
		env -i PATH=/usr/bin:/bin HOME=/home/sg-alice sudo -k -S -u sg-bob id -un \
		2> "$demo/hand/said" < "$demo/hand/$1") || code=$?
	show
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

		It is left running. A token that opens ssh, and one that opens sudo:
		  $brokerd token --store $store --user sg-alice --app trader --scope "trading data"
		  $brokerd token --store $store --user sg-alice --app trader --scope "sudo:run"
		Log in with it, and then try sudo with the other:
		  ssh -p $ssh_port -o UserKnownHostsFile=$state/known_hosts sg-alice@127.0.0.1
		  sudo -u sg-bob id
		See what happened:
		  $ctl --config $config status
		  tail -n 1 $audit
		End it:
		  dev/demo --stop
	HOW
}
