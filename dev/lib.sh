# SPDX-License-Identifier: ISC
# Sourced by dev/check and dev/demo: progress, and a ledger of what must be
# undone. A line is written before the thing is made, so nothing is forgotten
# when we are killed in between; undoing twice does no harm.

if [ -t 1 ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' dim='' green='' red='' plain=''
fi
started=$SECONDS

step()
{
	echo "$bold==$plain $* $dim($((SECONDS - started)) s)$plain"
}

# promise KIND VALUE...
promise()
{
	echo "$*" >> "$ledger"
}

# starttime PID: tells a process from a later one with the same number.
starttime()
{
	sed -E 's/^.*\) //' "/proc/$1/stat" 2> /dev/null | cut -d' ' -f20
}

promise_process()
{
	promise process "$1" "$(starttime "$1")"
}

end_process()
{
	[ -n "$2" ] && [ "$(starttime "$1")" = "$2" ] || return 0
	kill "$1" 2> /dev/null || return 0
	for _ in $(seq 80); do
		[ "$(starttime "$1")" = "$2" ] || return 0
		grep -q '^State:.*Z' "/proc/$1/status" 2> /dev/null && return 0
		sleep 0.1
	done
	kill -KILL "$1" 2> /dev/null || true
}

# Processes of a throw-away account keep userdel from removing it.
remove_account()
{
	id -u "$1" > /dev/null 2>&1 || return 0
	pkill -KILL -U "$(id -u "$1")" 2> /dev/null || true
	for _ in 1 2 3 4 5; do
		userdel -r "$1" > /dev/null 2>&1
		id -u "$1" > /dev/null 2>&1 || return 0
		sleep 0.2
	done
}

# undo LEDGER: the last promise first.
undo()
{
	[ -e "$1" ] || return 0
	tac "$1" | while read -r kind value more; do
		case $kind in
		process) end_process "$value" "$more" ;;
		file) rm -f -- "$value" ;;
		mount) umount -- "$value" 2> /dev/null ;;
		account) remove_account "$value" ;;
		group) ! getent group "$value" > /dev/null || groupdel "$value" 2> /dev/null ;;
		folder)
			case $value in
			/tmp/?* | /var/tmp/?* | /run/?* | */build/?*) rm -rf -- "$value" ;;
			esac ;;
		esac
	done
	rm -f "$1"
}

# The sources as a tree of their own: what is tracked or new, nothing ignored.
copy_sources()
{
	mkdir -p "$2"
	if git -C "$1" rev-parse --show-toplevel > /dev/null 2>&1; then
		(cd "$1" && git ls-files -z --cached --others --exclude-standard |
			while IFS= read -r -d '' file; do
				[ ! -e "$file" ] || printf '%s\0' "$file"
			done | tar -cf - --null -T -) | tar -xf - -C "$2"
	else
		(cd "$1" && tar -cf - --exclude=./build .) | tar -xf - -C "$2"
	fi
}
