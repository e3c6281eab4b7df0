# reading the configuration
validatord_libvalidatord_la_SOURCES += validatord/config.h
