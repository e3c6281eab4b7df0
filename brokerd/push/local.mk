brokerd_libbrokerd_la_SOURCES += \
	%D%/event_set.c \
	%D%/event_store.c \
	%D%/page_receivers.c \
	%D%/page_receivers.h \
	%D%/push_client.c \
	%D%/push_client.h \
	%D%/pusher.c \
	%D%/pusher.h \
	%D%/receiver_store.c \
	%D%/receiver_store.h
