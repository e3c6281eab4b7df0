# The user's options: the table in client/ and scopegate(1) agree, and so do
# the programs' words for environment and subcommands.
. "$top_srcdir/tests/lint/tap.sh"
cd "$top_srcdir" || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

sed -nE 's/^ *(HOST_)?ROW\(([a-z_]+),.*/\2/p; s/.*\.name = "([a-z_]+)".*/\1/p' \
    client/settings_table.c | sort -u > "$scratch/known"
# Options stand below the sections' own headings, in lines of ".It Cm".
awk '/^\.Ss \[/ { inside = 1; next } /^\.S[sh] / { inside = 0 }
    /^\.It Cm/ && inside { sub(/^\.It Cm /, ""); gsub(/ *, *Cm */, " ")
	n = split($0, key, " "); for (i = 1; i <= n; i++) print key[i] }' \
    man/scopegate.1 | sort -u > "$scratch/told"
clean "the table has options" "$(grep -qx redirect_uri "$scratch/known" || echo "no redirect_uri")"
clean "every option is in scopegate(1)" "$(comm -23 "$scratch/known" "$scratch/told")"
clean "scopegate(1) invents none" "$(comm -13 "$scratch/known" "$scratch/told")"

clean "every subcommand is in scopegate(1)" "$(
    sed -nE 's/^    \{"([a-z]+)",.*/\1/p' client/scopegate.c | while read -r word; do
	grep -qE "^\.It Cm $word( |\$)" man/scopegate.1 || echo "$word"
    done)"
clean "every option of a subcommand is in scopegate(1)" "$(
    sed -nE 's/^	    \{"([a-z-]+)", .*/\1/p' client/cmd_*.c | while read -r word; do
	grep -qF -e "Fl -$word" man/scopegate.1 || echo "--$word"
    done)"
clean "every variable of the askpass is in its manual" "$(
    grep -ohE 'getenv\("[A-Z_]+"\)' client/scopegate_askpass.c | sort -u |
    sed -E 's/.*"(.*)".*/\1/' | while read -r name; do
	grep -q "^\.It Ev $name" man/scopegate-askpass.1 || echo "$name"
    done)"
done_testing
