/* SPDX-License-Identifier: ISC */
/*
 * What one row of the table cannot see: keys that need or exclude each other,
 * and files that keys name. The first fault is told with the line of its key.
 */
#ifndef VALIDATORD_CONFIG_CHECK_H
#define VALIDATORD_CONFIG_CHECK_H

#include "config_secret.h"
#include "config_table.h"

/* URLs, user_claim or user_map, the secret, ca_file. Loads the user map. */
enum status config_issuer_finish(struct issuer *i,
    const struct conf_seen *seen, const struct secret_reader *reader,
    struct conf_error *ret_error);

/* rhost, claim and login are parsed into d->policy; rules are compared. */
enum status config_policy_finish(struct policy_draft *d,
    const struct conf_seen *seen, struct conf_error *ret_error);

#endif
