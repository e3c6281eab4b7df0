# the pure stages of a decision
validatord_libvalidatord_la_SOURCES += \
	validatord/account.c validatord/account.h \
	validatord/audit.c validatord/audit.h \
	validatord/audit_chain.c validatord/audit_chain.h \
	validatord/audit_record.c validatord/audit_verify.c \
	validatord/breaker.c validatord/breaker.h \
	validatord/claims.c validatord/claims.h \
	validatord/deny.c validatord/deny.h \
	validatord/details.c validatord/details.h \
	validatord/digest_table.c validatord/digest_table.h \
	validatord/facts.c validatord/facts.h \
	validatord/facts_both.c validatord/facts_both.h \
	validatord/facts_claims.c \
	validatord/facts_cache.c validatord/facts_cache.h \
	validatord/handles.c validatord/handles.h \
	validatord/jwt.c validatord/jwt.h \
	validatord/policy.c validatord/policy.h \
	validatord/probe.c validatord/probe.h validatord/probe_budget.c \
	validatord/probe_pointer.c validatord/probe_pointer.h \
	validatord/probe_read.c \
	validatord/probe_template.c validatord/probe_template.h \
	validatord/report.c validatord/report.h \
	validatord/ssh_key.c validatord/ssh_key.h \
	validatord/rhost.c validatord/rhost.h \
	validatord/service_index.c validatord/service_index.h \
	validatord/throttle.c validatord/throttle.h \
	validatord/user_map.c validatord/user_map.h
