# A file is one noun in the path of a request: 400 lines; a function: 60.
. "$top_srcdir/tests/lint/tap.sh"

clean "no file over 400 lines" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' '*.py' '*.sh' '*.mjs' '*.css' '*.html' |
    xargs awk 'FNR == 401 { print FILENAME " has more than 400 lines" }')"
clean "no line over 100 columns in C" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' | xargs awk '{
	line = $0; width = 0
	for (i = 1; i <= length(line); i++)
		width += substr(line, i, 1) == "\t" ? 8 - width % 8 : 1
	if (width > 100) print FILENAME ":" FNR ": " width " columns" }')"
clean "no blank at a line end" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' '*.py' '*.sh' '*.mk' '*.mjs' |
    xargs grep -nE '[[:space:]]+$')"

if ctags --version 2> /dev/null | grep -q 'Universal Ctags'; then
	clean "no function over 60 lines" "$(cd "$top_srcdir" &&
	    sources '*.c' '*.h' | ctags -x --c-kinds=f \
	    --_xformat='%F %n %{end} %N' -L - 2> /dev/null |
	    awk '$3 - $2 + 1 > 60 { print $1 ":" $2 ": " $4 " has " \
	    $3 - $2 + 1 " lines" }')"
else
	skip "no function over 60 lines" "universal-ctags is not installed"
fi
done_testing
