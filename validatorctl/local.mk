# validatorctl: adds to the lists of Makefile.am.
