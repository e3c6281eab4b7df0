/* SPDX-License-Identifier: ISC */
/* check, and check --offline, which is in a file of its own. */
#ifndef VALIDATORCTL_CHECK_H
#define VALIDATORCTL_CHECK_H

#include "ctl.h"

/*
 * Decides without a daemon and without the network, by the configuration and
 * the keys of `jwks_path`, or of the issuer's jwks_file if it is NULL. As
 * ctl_ask() otherwise: EXIT_DONE and a document like the daemon's, which with
 * --json is printed; else EXIT_CONFIG or EXIT_USAGE, and standard error says
 * why.
 */
int check_offline(const struct ctl *ctl, const struct question *question,
    const char *jwks_path, struct buf *storage, struct json **ret);

#endif
