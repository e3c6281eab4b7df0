brokerd_libbrokerd_la_SOURCES += \
	%D%/account_store.c \
	%D%/account_store.h \
	%D%/browser_session.c \
	%D%/browser_session.h \
	%D%/page_account.c \
	%D%/page_password.c \
	%D%/page_sign_in.c \
	%D%/page_sign_up.c \
	%D%/password.c \
	%D%/password.h \
	%D%/sign_in.h \
	%D%/sign_in_throttle.c \
	%D%/sign_in_throttle.h \
	%D%/user_store.c \
	%D%/user_store.h \
	%D%/way_back.c
