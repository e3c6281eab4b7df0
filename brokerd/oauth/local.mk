brokerd_libbrokerd_la_SOURCES += \
	%D%/authorization.c \
	%D%/authorization.h \
	%D%/client_auth.c \
	%D%/client_auth.h \
	%D%/endpoint_introspect.c \
	%D%/endpoint_metadata.c \
	%D%/endpoint_revoke.c \
	%D%/endpoint_token.c \
	%D%/grant.c \
	%D%/grant.h \
	%D%/host_login.c \
	%D%/host_login.h \
	%D%/oauth_error.c \
	%D%/oauth_error.h \
	%D%/page_authorize.c \
	%D%/page_consent.c \
	%D%/page_consent.h \
	%D%/pkce.c \
	%D%/pkce.h \
	%D%/token_store.c \
	%D%/token_store.h \
	%D%/word_set.c \
	%D%/word_set.h
