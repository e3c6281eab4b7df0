# include: what two or more programs share.
noinst_HEADERS += \
	%D%/scopegate/base64url.h \
	%D%/scopegate/buf.h \
	%D%/scopegate/cleanup.h \
	%D%/scopegate/client.h \
	%D%/scopegate/conf.h \
	%D%/scopegate/deadline.h \
	%D%/scopegate/json.h \
	%D%/scopegate/log.h \
	%D%/scopegate/message.h \
	%D%/scopegate/protocol.h \
	%D%/scopegate/secret.h \
	%D%/scopegate/status.h
