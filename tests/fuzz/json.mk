# The fuzz target json.
