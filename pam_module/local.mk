# pam_module: adds to the lists of Makefile.am.
