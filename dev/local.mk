# dev: for a checkout; in the archive so that it can be tested too.
EXTRA_DIST += %D%/check %D%/demo %D%/demo_people.py %D%/demo_stage.sh %D%/lib.sh %D%/setup

# The tests of the code, without those of the tree.
.PHONY: check-c
check-c:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter-out $(LINT_TESTS),$(TESTS))'
