# What a user has on a machine of their own.
