# tests/system: adds to the lists of Makefile.am.
