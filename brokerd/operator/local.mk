brokerd_libbrokerd_la_SOURCES += \
	%D%/acts.c \
	%D%/acts.h \
	%D%/app_view.c \
	%D%/app_view.h \
	%D%/fault.c \
	%D%/fault.h \
	%D%/fault_answer.c \
	%D%/page_faults.c \
	%D%/listing.c \
	%D%/listing.h \
	%D%/listing_apps.c \
	%D%/operator_page.c \
	%D%/operator_page.h \
	%D%/page_operator.c \
	%D%/page_operator_app.c \
	%D%/page_operator_apps.c \
	%D%/page_operator_audit.c \
	%D%/page_operator_grants.c \
	%D%/page_operator_keys.c \
	%D%/page_operator_live.c \
	%D%/page_operator_users.c \
	%D%/rows.c \
	%D%/rows.h
