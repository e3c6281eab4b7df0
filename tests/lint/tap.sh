# Sourced by the lints: a check is a name and a list of offenders, which must
# be empty. Each lint reads the tree below $top_srcdir (and what was built in
# $top_builddir), needs no repository, and changes nothing.
: "${top_srcdir:?is set by make check}" "${top_builddir:?is set by make check}"
LC_ALL=C
export LC_ALL
lint_count=0

# clean NAME OFFENDERS
clean()
{
	lint_count=$((lint_count + 1))
	if [ -z "$2" ]; then
		echo "ok $lint_count - $1"
	else
		echo "not ok $lint_count - $1"
		printf '%s\n' "$2" | head -n 40 | sed 's/^/# /'
	fi
}

# pass NAME COMMAND...: the command must succeed; what it says is shown if not.
pass()
{
	pass_name=$1
	shift
	if pass_said=$("$@" 2>&1); then
		clean "$pass_name" ""
	else
		clean "$pass_name" "${pass_said:-$* failed}"
	fi
}

skip()
{
	lint_count=$((lint_count + 1))
	echo "ok $lint_count - $1 # SKIP $2"
}

done_testing()
{
	echo "1..$lint_count"
}

# Our own folders; never a build tree that lies inside the source tree.
lint_folders="include lib pam_module validatord validatorctl brokerd gatewayd client tests bench dev man doc examples packaging profiles"

# sources GLOB...: our files by name, relative to $top_srcdir
sources()
{
	(
		cd "$top_srcdir" || exit
		set -f
		names="-false"
		for glob in "$@"; do
			names="$names -o -name $glob"
		done
		for folder in $lint_folders; do
			[ -d "$folder" ] && echo "$folder"
		done | xargs -I@ find @ -name node_modules -prune -o \
		    -type f '(' $names ')' -print | sort
	)
}
