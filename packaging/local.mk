# packaging: systemd units, sysusers, tmpfiles, log rotation. Installed.
systemdsystemunit_DATA = \
	%D%/systemd/validatord.service \
	%D%/systemd/validatord.socket \
	%D%/systemd/validatord-ctl.socket \
	%D%/systemd/validatord-gateway.socket \
	%D%/systemd/validatord-tools.socket
if GATEWAYD
systemdsystemunit_DATA += \
	%D%/systemd/gatewayd.service \
	%D%/systemd/gatewayd.socket
endif
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = %D%/sysusers/scopegate.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = %D%/tmpfiles/scopegate.conf

packaging_inputs = \
	%D%/systemd/gatewayd.service.in \
	%D%/systemd/gatewayd.socket.in \
	%D%/systemd/validatord.service.in \
	%D%/systemd/validatord.socket.in \
	%D%/systemd/validatord-ctl.socket.in \
	%D%/systemd/validatord-gateway.socket.in \
	%D%/systemd/validatord-tools.socket.in \
	%D%/tmpfiles/scopegate.conf.in
# The configuration's own folder: policies are read from policy.d beside it.
install-data-local:
	$(MKDIR_P) $(DESTDIR)$(sysconfdir)/scopegate/policy.d

EXTRA_DIST += $(packaging_inputs)
CLEANFILES += $(systemdsystemunit_DATA) $(tmpfiles_DATA)

substitute_dirs = $(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
	-e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@localstatedir[@]|$(localstatedir)|g' \
	-e 's|@docdir[@]|$(docdir)|g' \
	-e 's|@rundir[@]|$(rundir)|g'

%D%/systemd/gatewayd.service: %D%/systemd/gatewayd.service.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/gatewayd.socket: %D%/systemd/gatewayd.socket.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/validatord.service: %D%/systemd/validatord.service.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/validatord.socket: %D%/systemd/validatord.socket.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/validatord-ctl.socket: %D%/systemd/validatord-ctl.socket.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/validatord-gateway.socket: %D%/systemd/validatord-gateway.socket.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/systemd/validatord-tools.socket: %D%/systemd/validatord-tools.socket.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
%D%/tmpfiles/scopegate.conf: %D%/tmpfiles/scopegate.conf.in Makefile
	$(substitute_dirs) $(srcdir)/$@.in > $@.tmp && mv $@.tmp $@
