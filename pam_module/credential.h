/* SPDX-License-Identifier: ISC */
/* What the user answers: typed, in parts, or left by an earlier module. */
#ifndef PAM_MODULE_CREDENTIAL_H
#define PAM_MODULE_CREDENTIAL_H

#include <security/pam_modules.h>

#include "options.h"
#include "outcome.h"
#include "scopegate/secret.h"

#define PARTS_MAX 64

/*
 * All of these give END_VERDICT for an answer of a possible form, to be decided
 * on, and END_EMPTY for none; else what is wrong with it. The caller clears
 * *ret in any case.
 *
 * credential_left: with use_first_pass or try_first_pass, what an earlier
 * module left in PAM_AUTHTOK, which is taken out of PAM.
 */
enum end credential_left(
    pam_handle_t *ph, const struct options *options, struct secret *ret);

/* One answer, typed at `prompt` with echo off. */
enum end credential_ask(
    pam_handle_t *ph, const char *prompt, struct secret *ret);

/* Where *answer is a first part "1/3:DATA", asks for the others one by one
 * (END_PARTS unless `may_ask`) and makes it the whole. */
enum end credential_join(pam_handle_t *ph, bool may_ask, struct secret *answer);

/* A whole token, typed at the `prompt` of the options. */
enum end credential_ask_token(
    pam_handle_t *ph, const struct options *options, struct secret *ret);

#endif
