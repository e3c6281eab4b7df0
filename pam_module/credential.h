/* SPDX-License-Identifier: ISC */
/* The user's token, from the conversation or from an earlier module. */
#ifndef PAM_MODULE_CREDENTIAL_H
#define PAM_MODULE_CREDENTIAL_H

#include <security/pam_modules.h>

#include "options.h"
#include "outcome.h"
#include "scopegate/secret.h"

#define PARTS_MAX 64

/*
 * Fills *ret with the whole token: one answer, or parts "1/3:DATA" asked for
 * one by one. An answer from PAM_AUTHTOK is taken out of PAM. END_VERDICT:
 * there is a token of a possible form, to be decided on; else what is wrong
 * with it. The caller clears *ret in any case.
 */
enum end credential_get(
    pam_handle_t *ph, const struct options *options, struct secret *ret);

#endif
