brokerd_libbrokerd_la_SOURCES += \
	%D%/app_example.c \
	%D%/app_example.h \
	%D%/app_form.c \
	%D%/app_form.h \
	%D%/app_form_changes.c \
	%D%/app_form_page.c \
	%D%/app_form_page.h \
	%D%/app_overview.c \
	%D%/app_overview.h \
	%D%/developer.h \
	%D%/own_app.c \
	%D%/page_agreement.c \
	%D%/page_app.c \
	%D%/page_app_edit.c \
	%D%/page_app_new.c \
	%D%/page_app_secret.c \
	%D%/page_app_state.c \
	%D%/page_apps.c \
	%D%/page_logo.c
