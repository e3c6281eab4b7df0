/* SPDX-License-Identifier: ISC */
/*
 * Checks for the rows of the configuration's tables. NULL: fine; else a static
 * sentence: what is wrong and how to mend it.
 */
#ifndef VALIDATORD_CONFIG_TEXT_H
#define VALIDATORD_CONFIG_TEXT_H

const char *config_text_scopes(const char *text);    /* RFC 6749 section 3.3 */
const char *config_text_services(const char *text);  /* as in /etc/pam.d */
const char *config_text_users(const char *text);     /* of this host */
const char *config_text_account(const char *text);   /* one of them */
const char *config_text_one_word(const char *text);  /* visible ASCII */
const char *config_text_client_id(const char *text); /* RFC 6749 A.1 */
const char *config_text_claim(const char *text);     /* NAME in VALUE ... */
const char *config_text_claim_name(const char *text); /* or a pointer */

#endif
