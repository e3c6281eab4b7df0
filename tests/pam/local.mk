# tests/pam: adds to the lists of Makefile.am.
