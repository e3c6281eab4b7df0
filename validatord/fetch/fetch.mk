# the fetch process and its users in decide
validatord_libvalidatord_la_SOURCES += \
	validatord/fetcher.h validatord/fetcher.c \
	validatord/fetcher_ask.c validatord/fetcher_state.h \
	validatord/asks.h validatord/asks.c \
	validatord/starter.h validatord/starter.c \
	validatord/settle.h validatord/settle.c \
	validatord/device.h validatord/device.c \
	validatord/device_answer.h validatord/device_answer.c \
	validatord/form.h validatord/form.c \
	validatord/facts_read.h validatord/facts_read.c \
	validatord/introspect.h validatord/introspect.c \
	validatord/metadata.h validatord/metadata.c \
	validatord/qr.h validatord/qr.c \
	validatord/scope_wanted.h validatord/scope_wanted.c \
	validatord/fetch/frame.h validatord/fetch/frame.c \
	validatord/fetch/assertion.h validatord/fetch/assertion.c \
	validatord/fetch/bearer.h validatord/fetch/bearer.c \
	validatord/fetch/client_auth.h validatord/fetch/client_auth.c \
	validatord/fetch/kite.h validatord/fetch/kite.c \
	validatord/fetch/origin.h validatord/fetch/origin.c \
	validatord/fetch/slot.h validatord/fetch/slot.c \
	validatord/fetch/transfer.h validatord/fetch/transfer.c \
	validatord/fetch/http_client.h validatord/fetch/http_client.c \
	validatord/fetch/http_pool.h validatord/fetch/http_pool.c \
	validatord/fetch/pool_life.c \
	validatord/fetch/inspect.h validatord/fetch/inspect.c \
	validatord/fetch/inspect_fault.h validatord/fetch/inspect_fault.c \
	validatord/fetch/fetch.c
