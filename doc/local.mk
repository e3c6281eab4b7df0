# Pages with pictures; beside README.md, which links to them.
dist_docpages_DATA = %D%/app.png %D%/browser-login.md %D%/brokerd.md %D%/connected.png \
	%D%/consent.png %D%/device.png %D%/login-confirm.png %D%/login-consent.png \
	%D%/profiles.md %D%/review.png %D%/try-alpaca.md %D%/try-brokerd.md \
	%D%/unattended.md
docpagesdir = $(docdir)/doc
