# grants: where they come from, where they lie, how they end
validatord_libvalidatord_la_SOURCES += \
	validatord/control_grants.c validatord/control_grants.h \
	validatord/control_revoke.c validatord/control_revoke.h \
	validatord/exchange.c validatord/exchange.h \
	validatord/grant.c validatord/grants.c validatord/grants.h \
	validatord/grant_owner.c validatord/grant_owner.h \
	validatord/grant_expiry.c validatord/grant_expiry.h \
	validatord/grant_key.c validatord/grant_key.h \
	validatord/grant_record.c validatord/grant_record.h \
	validatord/grant_store.c validatord/grant_store.h \
	validatord/grant_table.c validatord/grant_table.h \
	validatord/grant_vault.c validatord/grant_vault.h \
	validatord/grants_apply.c validatord/grants_apply.h \
	validatord/outcome.c validatord/outcome.h \
	validatord/probe_question.c validatord/probe_question.h \
	validatord/probing.c validatord/probing.h \
	validatord/recheck.c validatord/recheck.h \
	validatord/revocation.c validatord/revocation.h \
	validatord/seal.c validatord/seal.h \
	validatord/token_answer.c validatord/token_answer.h \
	validatord/token_ask.c validatord/token_ask.h
