# Every header compiles alone, says whose it is, and includes in no circle.
. "$top_srcdir/tests/lint/tap.sh"

for header in $(sources '*.h'); do
	includes="-I$top_srcdir/include -I$top_srcdir/$(dirname "$header")"
	includes="$includes -I$top_srcdir -I$top_srcdir/lib -I$top_srcdir/validatord"
	includes="$includes -I$top_srcdir/validatord/fetch -I$top_srcdir/brokerd"
	case $header in
	tests/*) before="#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>" ;;
	*) before= ;;
	esac
	pass "$header compiles alone" sh -c "printf '%s\n#include \"%s\"\n' \
	    '$before' '$top_srcdir/$header' | ${CC:-cc} -std=gnu11 -D_GNU_SOURCE \
	    -DSCOPEGATE_RUNDIR='\"/run\"' -DSCOPEGATE_SYSCONFDIR='\"/etc\"' \
	    -Wall -Wextra -Wstrict-prototypes -Werror -fsyntax-only $includes -x c -"
done

clean "every C file starts with its licence line" "$(cd "$top_srcdir" &&
    for f in $(sources '*.c' '*.h'); do
	head -n 1 "$f" | grep -qx '/\* SPDX-License-Identifier: ISC \*/' ||
	    echo "$f"
    done)"
clean "every header is guarded" "$(cd "$top_srcdir" &&
    for f in $(sources '*.h'); do
	grep -qE '^#ifndef [A-Z_0-9]+_H$' "$f" || echo "$f"
    done)"
# tsort names the members of a cycle on its standard error.
clean "no include cycle" "$(cd "$top_srcdir" && sources '*.h' |
    xargs grep -HoE '^#[[:space:]]*include[[:space:]]*"[^"]+"' |
    sed -E 's|^([^:]*/)?([^:/]*):.*"(.*/)?([^"]+)"|\2 \4|' |
    tsort 2>&1 > /dev/null)"
done_testing
