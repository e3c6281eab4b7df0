# tests/lint: adds to the lists of Makefile.am.
