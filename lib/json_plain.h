/* SPDX-License-Identifier: ISC */
/* Private to lib/: the octets that stand for themselves in a JSON string. */
#ifndef SCOPEGATE_JSON_PLAIN_H
#define SCOPEGATE_JSON_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_EACH_OCTET(c) (UINT64_C(0x0101010101010101) * (c))

/* Which octets of the word are zero? The lowest one found is exact. */
static inline uint64_t
json_zero_octets(uint64_t word)
{
	return (word - JSON_EACH_OCTET(1)) & ~word & JSON_EACH_OCTET(0x80);
}

/*
 * How many octets at the start of `p` are printable ASCII other than '"' and
 * '\'. Eight at a time: audit records and answers consist of little else.
 */
static inline size_t
json_plain_run(const char *p, size_t length)
{
	size_t i = 0;

	for (uint64_t word; length - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		/* Below 0x20, '"', '\', DEL, or outside of ASCII. */
		if ((((word - JSON_EACH_OCTET(0x20)) & ~word) |
			json_zero_octets(word ^ JSON_EACH_OCTET('"')) |
			json_zero_octets(word ^ JSON_EACH_OCTET('\\')) |
			json_zero_octets(word ^ JSON_EACH_OCTET(0x7f)) |
			word) &
		    JSON_EACH_OCTET(0x80))
			break;
	}
	while (i < length && (unsigned char)p[i] >= 0x20 &&
	       (unsigned char)p[i] < 0x7f && p[i] != '"' && p[i] != '\\')
		i++;
	return i;
}

#endif
