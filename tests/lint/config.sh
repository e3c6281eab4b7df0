# The options' table, the manual and what the samples use agree.
. "$top_srcdir/tests/lint/tap.sh"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# agree NAME MANUAL, with NAME.defaults as the program prints them.
agree()
{
	# SECTION KEY, as the programs know them.
	sed -nE 's/^\[([a-z]+).*/[\1]/p; s/^;?([a-z_]+) = ?.*/\1/p' \
	    "$scratch/$1.defaults" |
	    awk '/^\[/ { section = $0; next } { print section, $1 }' |
	    sort > "$scratch/$1.known"
	# SECTION KEY, as the manual lists them.
	awk '/^\.Ss \[/ { section = $2; sub(/\]?$/, "]", section); next }
	    /^\.S[sh] / { section = "" }
	    /^\.It Cm/ && section != "" {
		sub(/^\.It Cm /, ""); gsub(/ *, */, " ")
		n = split($0, key, " ")
		for (i = 1; i <= n; i++) print section, key[i] }' \
	    "$top_srcdir/$2" | sort > "$scratch/$1.told"
	clean "$1: every option is in the manual" \
	    "$(comm -23 "$scratch/$1.known" "$scratch/$1.told")"
	clean "$1: the manual invents none" \
	    "$(comm -13 "$scratch/$1.known" "$scratch/$1.told")"
}

# samples NAME FILE...: every key that a sample uses is one of the program's.
samples()
{
	name=$1
	shift
	for sample in "$@"; do
		[ -f "$top_srcdir/$sample" ] || continue
		clean "$sample uses only options that there are" "$(
		    sed -nE 's/^[ 	;#]*([a-z]+(_[a-z]+)*)[ 	]+= [^ ].*/\1/p' \
		    "$top_srcdir/$sample" | sort -u | while read -r key; do
			grep -q " $key\$" "$scratch/$name.known" || echo "$key"
		    done)"
	done
}

# true_defaults NAME MANUAL KEY:VALUE...
true_defaults()
{
	name=$1 manual=$top_srcdir/$2
	shift 2
	clean "$name: the defaults that the manual states are true" "$(
	    for pair in "$@"; do
		key=${pair%%:*}
		grep -q "^$key = ${pair#*:}\$" "$scratch/$name.defaults" ||
		    echo "$key is not ${pair#*:} in the table"
		grep -A8 "^\.It Cm $key" "$manual" | grep -q "${pair#*:}" ||
		    echo "$key is not ${pair#*:} in the manual"
	    done)"
}

"$top_builddir/validatorctl/validatorctl" config defaults \
    > "$scratch/validatord.defaults"
agree validatord man/validatord.conf.5
clean "the tool prints the options" "$(
    grep -q '\[issuer\] url' "$scratch/validatord.known" ||
    echo "no url of an issuer in what it prints")"
samples validatord README.md man/validatord.conf.5 examples/validatord.conf \
    examples/broker.conf examples/policy.d/50-sudo.conf
true_defaults validatord man/validatord.conf.5 failure_floor:300ms cache:10s \
    leeway:10s cache_entries:16384

if [ -x "$top_builddir/gatewayd/gatewayd" ]; then
	"$top_builddir/gatewayd/gatewayd" --defaults > "$scratch/gatewayd.defaults"
	agree gatewayd man/gatewayd.conf.5
	clean "gatewayd prints the options" "$(
	    grep -q '\[gatewayd\] public_url' "$scratch/gatewayd.known" ||
	    echo "no public_url in what it prints")"
	samples gatewayd man/gatewayd.conf.5 examples/gatewayd.conf
	true_defaults gatewayd man/gatewayd.conf.5 listen:127.0.0.1:8443 \
	    user:scopegate-gw metrics:off page_rate:600 code_rate:600 \
	    connections:512 log_level:info
fi
done_testing
