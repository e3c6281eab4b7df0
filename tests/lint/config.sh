# The options' table, the manual and what the samples use agree.
. "$top_srcdir/tests/lint/tap.sh"

tool=$top_builddir/validatorctl/validatorctl
manual=$top_srcdir/man/validatord.conf.5
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# SECTION KEY, as the programs know them.
"$tool" config defaults > "$scratch/defaults"
sed -nE 's/^\[([a-z]+).*/[\1]/p; s/^;?([a-z_]+) = ?.*/\1/p' "$scratch/defaults" |
    awk '/^\[/ { section = $0; next } { print section, $1 }' |
    sort > "$scratch/known"
# SECTION KEY, as the manual lists them.
awk '/^\.Ss \[/ { section = $2; sub(/\]?$/, "]", section); next }
    /^\.S[sh] / { section = "" }
    /^\.It Cm/ && section != "" { sub(/^\.It Cm /, ""); gsub(/ *, */, " ")
	n = split($0, key, " "); for (i = 1; i <= n; i++) print section, key[i] }' \
    "$manual" | sort > "$scratch/told"

clean "the tool prints the options" "$(grep -q '\[issuer\] url' "$scratch/known" ||
    echo "no url of an issuer in what it prints")"
clean "every option is in the manual" "$(comm -23 "$scratch/known" "$scratch/told")"
clean "the manual invents none" "$(comm -13 "$scratch/known" "$scratch/told")"

# Every key of the samples and of the README's configuration.
for sample in README.md man/validatord.conf.5 examples/validatord.conf \
    examples/broker.conf examples/policy.d/50-sudo.conf; do
	[ -f "$top_srcdir/$sample" ] || continue
	clean "$sample uses only options that there are" "$(
	    sed -nE 's/^[ 	;#]*([a-z]+(_[a-z]+)*)[ 	]+= [^ ].*/\1/p' \
	    "$top_srcdir/$sample" | sort -u | while read -r key; do
		grep -q " $key\$" "$scratch/known" || echo "$key"
	    done)"
done

# A default that the manual states is the one in the table.
clean "the defaults that the manual states are true" "$(
    for pair in failure_floor:300ms cache:10s leeway:10s cache_entries:16384; do
	key=${pair%%:*}
	grep -q "^$key = ${pair#*:}\$" "$scratch/defaults" ||
	    echo "$key is not ${pair#*:} in the table"
	grep -A4 "^\.It Cm $key" "$manual" | grep -q "${pair#*:}" ||
	    echo "$key is not ${pair#*:} in the manual"
    done)"
done_testing
