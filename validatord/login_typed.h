/* SPDX-License-Identifier: ISC */
/* What a person typed at a prompt: pure. */
#ifndef VALIDATORD_LOGIN_TYPED_H
#define VALIDATORD_LOGIN_TYPED_H

#include "login_table.h"
#include "scopegate/message.h"

enum typed {
	TYPED_NOTHING,
	TYPED_CODE,    /* as the page shows one, or near enough to be a slip */
	TYPED_ADDRESS, /* a URL */
	TYPED_TOKEN,   /* an access token, or a login code */
};

/* No token is as short as this; what is, was meant as a code or a number. */
#define TYPED_CODE_MAX 16

/*
 * Sorts an answer, and cuts blanks off its ends. `ret_code` gets a code's
 * letters, in capitals, without the blanks and dashes that people put in.
 */
enum typed typed_read(struct text answer, struct text *ret_rest,
    char ret_code[TYPED_CODE_MAX + 1]);

#endif
