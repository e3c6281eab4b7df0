/* SPDX-License-Identifier: ISC */
/* What the user reads. Texts are made here, never by the daemon or an AS. */
#ifndef PAM_MODULE_USER_TEXT_H
#define PAM_MODULE_USER_TEXT_H

#include "outcome.h"

#define USER_TEXT_MAX 512
#define USER_TEXT_COLUMNS 79
#define USER_DETAIL_MAX 160 /* of a detail; what is longer ends in "..." */

/*
 * Writes the sentence for a refusal with its reference, in lines of at most
 * USER_TEXT_COLUMNS where the detail leaves room. false: nothing to say.
 */
bool user_text_of(const struct outcome *o, char ret[USER_TEXT_MAX]);

#endif
