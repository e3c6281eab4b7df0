/* SPDX-License-Identifier: ISC */
/*
 * Bare signatures for the vectors of others: lines "ALGORITHM JWK MESSAGE
 * SIGNATURE" with tabs between, the last two in hexadecimal, through jwk_read
 * and jwk_verify. Answers each with `accept`, `reject` or `key: why not`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jose/jwk.h"
#include "scopegate/cleanup.h"

enum { ALGORITHM, KEY, MESSAGE, SIGNATURE, FIELDS };

static bool
split(char *line, char *field[FIELDS])
{
	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < FIELDS; i++) {
		field[i] = line;
		line = i + 1 < FIELDS ? strchr(line, '\t') : NULL;
		if (line == NULL)
			return i + 1 == FIELDS;
		*line++ = '\0';
	}
	return true;
}

/* In place: a digit pair is longer than the octet. */
static bool
decode_hex(char *text, size_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; text[2 * n] != '\0'; n++) {
		const char *a = strchr(digits, text[2 * n]);
		const char *b = text[2 * n + 1] != '\0'
				    ? strchr(digits, text[2 * n + 1])
				    : NULL;

		if (a == NULL || b == NULL)
			return false;
		text[n] = (char)((a - digits) << 4 | (b - digits));
	}
	*ret = n;
	return true;
}

static bool
answer(char *field[FIELDS])
{
	_cleanup_(json_freep) struct json *j = NULL;
	_cleanup_(jwk_clear) struct jwk k = {0};
	struct jws_algorithms one = {
	    .row = {jws_algorithm_named(field[ALGORITHM])}, .count = 1};
	struct text message = {field[MESSAGE], 0};
	const char *why = NULL;
	size_t size;
	bool good;

	if (one.row[0] == NULL ||
	    json_parse(field[KEY], strlen(field[KEY]), &j, &why) != STATUS_OK ||
	    !decode_hex(field[MESSAGE], &message.length) ||
	    !decode_hex(field[SIGNATURE], &size))
		return false;
	if (jwk_read(json_top(j), &one, &k, &why) != STATUS_OK)
		return printf("key: %s\n", why != NULL ? why : "?") > 0;
	good = jwk_verify(&k, message, (const uint8_t *)field[SIGNATURE], size);
	/* The same key answers the same again, also after a bad signature. */
	if (jwk_verify(&k, message, (const uint8_t *)field[SIGNATURE], size) !=
	    good)
		return false;
	return puts(good ? "accept" : "reject") >= 0;
}

int
main(void)
{
	_cleanup_(free_ptr) char *line = NULL;
	size_t room = 0, count = 0;

	while (getline(&line, &room, stdin) > 0) {
		char *field[FIELDS];

		count++;
		if (!split(line, field) || !answer(field)) {
			(void)fprintf(stderr, "jwk_lines: line %zu\n", count);
			return 1;
		}
	}
	return 0;
}
