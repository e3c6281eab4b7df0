# What people see, compiled in.
gatewayd_pages = \
	%D%/code.html \
	%D%/confirm.html \
	%D%/foot.html \
	%D%/grant.html \
	%D%/head.html \
	%D%/home.html \
	%D%/icon.svg \
	%D%/login.html \
	%D%/message.html \
	%D%/refused.html \
	%D%/style.css
EXTRA_DIST += $(gatewayd_pages)
CLEANFILES += gatewayd/page_files.c

gatewayd/page_files.c: $(gatewayd_pages) brokerd/pages/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -f $(srcdir)/brokerd/pages/embed.awk \
	    $(gatewayd_pages:%=$(srcdir)/%) > $@.tmp && mv $@.tmp $@
