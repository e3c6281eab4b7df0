brokerd_libbrokerd_la_SOURCES += \
	%D%/endpoint_jwks.c \
	%D%/sign.c \
	%D%/sign.h \
	%D%/key_ring.c \
	%D%/key_ring.h \
	%D%/key_store.c \
	%D%/key_store.h \
	%D%/rsa_key.c \
	%D%/rsa_key.h
