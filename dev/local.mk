# dev: for a checkout; carried in the archive so that it can be tested too.
EXTRA_DIST += dev/check dev/setup
