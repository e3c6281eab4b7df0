# What people see, compiled in.
brokerd_pages = \
	%D%/agreement-text.html \
	%D%/agreement.html \
	%D%/app-delete.html \
	%D%/app-form.html \
	%D%/app-secret.html \
	%D%/app.html \
	%D%/apps.html \
	%D%/account.html \
	%D%/confirm.html \
	%D%/connected.html \
	%D%/connection.html \
	%D%/consent.html \
	%D%/device.html \
	%D%/device-confirm.html \
	%D%/device-done.html \
	%D%/error.html \
	%D%/field.html \
	%D%/foot.html \
	%D%/form-refused.html \
	%D%/head.html \
	%D%/home.html \
	%D%/icon.svg \
	%D%/operator.html \
	%D%/operator-app.html \
	%D%/operator-apps.html \
	%D%/operator-audit.html \
	%D%/operator-grant.html \
	%D%/operator-grants.html \
	%D%/operator-keys.html \
	%D%/operator-live.html \
	%D%/operator-pager.html \
	%D%/operator-reviews.html \
	%D%/operator-tabs.html \
	%D%/operator-user.html \
	%D%/operator-users.html \
	%D%/receivers.html \
	%D%/operator-faults.html \
	%D%/password.html \
	%D%/sign-in.html \
	%D%/sign-up.html \
	%D%/style.css
EXTRA_DIST += $(brokerd_pages) %D%/embed.awk
CLEANFILES += brokerd/page_files.c

brokerd/page_files.c: $(brokerd_pages) %D%/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -f $(srcdir)/%D%/embed.awk \
	    $(brokerd_pages:%=$(srcdir)/%) > $@.tmp && mv $@.tmp $@
