# The fuzz target introspection.
