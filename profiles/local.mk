# One data file a broker or AS product; scopegate-profiles(5) has the format.
profiledir = $(pkgdatadir)/profiles
dist_profile_DATA = \
	profiles/alpaca.conf
