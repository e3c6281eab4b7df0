# the fetch process and its users in decide
