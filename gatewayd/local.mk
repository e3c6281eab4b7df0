# The HTTP front.
