# Lints: sh and TAP; each reads the tree and what was built, and changes nothing.
LINT_TESTS = \
	%D%/banned.sh \
	%D%/boundaries.sh \
	%D%/config.sh \
	%D%/exports.sh \
	%D%/headers.sh \
	%D%/lengths.sh \
	%D%/linkage.sh \
	%D%/scopegate.sh \
	%D%/syntax.sh \
	%D%/words.sh
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) %D%/tap.sh
