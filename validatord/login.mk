# logins that wait for a person, and what gatewayd may ask
validatord_libvalidatord_la_SOURCES += \
	validatord/gateway.c validatord/gateway.h \
	validatord/gateway_command.h validatord/gateway_event.c \
	validatord/gateway_login.c validatord/gateway_metrics.c \
	validatord/gateway_token.c \
	validatord/gateway_write.c validatord/gateway_write.h \
	validatord/login.h validatord/login_answer.c \
	validatord/login_begin.c \
	validatord/login_code.c validatord/login_code.h \
	validatord/login_device.c validatord/login_device.h \
	validatord/login_end.c validatord/login_end.h \
	validatord/login_prompt.c validatord/login_prompt.h \
	validatord/login_redeem.c validatord/login_redeem.h \
	validatord/login_redirect.c validatord/login_redirect.h \
	validatord/login_request.c validatord/login_request.h \
	validatord/login_table.c validatord/login_table.h \
	validatord/login_typed.c validatord/login_typed.h \
	validatord/login_url.c validatord/login_url.h \
	validatord/nonce.c validatord/nonce.h \
	validatord/reply.c validatord/reply.h
