/* SPDX-License-Identifier: ISC */
/*
 * What a person carries from a device to a browser (RFC 8628 section 6.1):
 * eight consonants, so that no word comes out and nothing looks like
 * something else.
 */
#ifndef BROKERD_USER_CODE_H
#define BROKERD_USER_CODE_H

#include "scopegate/status.h"

#define USER_CODE_LETTERS 8
#define USER_CODE_SIZE (USER_CODE_LETTERS + 1)
#define USER_CODE_SHOWN_SIZE (USER_CODE_LETTERS + 2) /* XXXX-XXXX */
#define DEVICE_NUMBER_SIZE 3                         /* two digits */

#define DEVICE_PAGE "/device" /* where it is typed */

enum status user_code_make(char ret[USER_CODE_SIZE]);
/* As people type: either case, with or without hyphen and spaces.
 * STATUS_MALFORMED if it cannot be one. */
enum status user_code_parse(const char *typed, char ret[USER_CODE_SIZE]);
void user_code_show(
    const char code[USER_CODE_SIZE], char ret[USER_CODE_SHOWN_SIZE]);

/* "00" to "99": shown where the login waits, typed where it is allowed. */
enum status device_number_make(char ret[DEVICE_NUMBER_SIZE]);

#endif
