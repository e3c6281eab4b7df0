# reading the configuration
