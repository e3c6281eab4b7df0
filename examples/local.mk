# examples: adds to the lists of Makefile.am.
