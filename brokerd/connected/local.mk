brokerd_libbrokerd_la_SOURCES += \
	%D%/connection.c \
	%D%/connection.h \
	%D%/connection_card.c \
	%D%/connection_card.h \
	%D%/connection_past.c \
	%D%/page_connected.c \
	%D%/page_connection.c
