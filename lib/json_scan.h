/* SPDX-License-Identifier: ISC */
/*
 * A cursor over a JSON text, and the tokens that it can pass. Each function
 * returns false after setting `reason`. Private to lib/.
 */
#ifndef SCOPEGATE_JSON_SCAN_H
#define SCOPEGATE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_SCAN_HASH_START 0xcbf29ce484222325u /* FNV-1a, 64 bit */

struct json_scan {
	const char *text;
	size_t length;
	size_t at;
	bool syntax_only;
	const char *reason; /* why it was refused; NULL: not yet */
};

/* Always false; the first reason stays. */
bool json_scan_refuse(struct json_scan *c, const char *reason);
int json_scan_peek(const struct json_scan *c); /* -1 at the end */
void json_scan_blanks(struct json_scan *c);
bool json_scan_number(struct json_scan *c);
bool json_scan_word(struct json_scan *c, const char *word);
/* From the opening quote. The octets that the string means go into *hash, unless
 * `hash` is NULL. */
bool json_scan_string(struct json_scan *c, uint64_t *hash);

#endif
