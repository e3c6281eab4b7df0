# tests/fuzz: adds to the lists of Makefile.am.
