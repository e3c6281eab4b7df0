# The fuzz target config.
