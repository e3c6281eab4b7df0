/* SPDX-License-Identifier: ISC */
/* The profiles of the source tree, as a site would use them. */
#ifndef SCOPEGATE_TESTS_INSTALLED_H
#define SCOPEGATE_TESTS_INSTALLED_H

#include "config.h"
#include "profile.h"

extern struct word_list installed_names;

/* For a group's setup: fills installed_names. */
int installed_find(void **state);
void installed_read(const char *name, struct profile *ret);
/* The line of `profile` in the configuration that is loaded. */
#define INSTALLED_LINE 7
/* A site's configuration with this profile and what it cannot do without. */
enum status installed_load(
    const char *name, struct config **ret, struct conf_error *ret_error);
struct config *installed_load_good(const char *name);

#endif
