# man: a page a program, one for the configuration.
dist_man_MANS += \
	%D%/pam_scopegate.8 \
	%D%/scopegate-profiles.5 \
	%D%/validatord.8 \
	%D%/validatord.conf.5 \
	%D%/validatorctl.8
