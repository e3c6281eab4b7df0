# the pure stages of a decision
validatord_libvalidatord_la_SOURCES += \
	validatord/facts.c validatord/facts.h \
	validatord/policy.c validatord/policy.h \
	validatord/report.c validatord/report.h \
	validatord/rhost.c validatord/rhost.h \
	validatord/service_index.c validatord/service_index.h \
	validatord/user_map.c validatord/user_map.h
