/* SPDX-License-Identifier: ISC */
/* Numbers, words and strings of RFC 8259, sections 3, 6 and 7. */
#include "json_scan.h"

#include <string.h>

#include "json_plain.h"
#include "scopegate/json.h"
#include "utf8.h"

#define FNV_PRIME 0x100000001b3u /* FNV-1a, 64 bit */

bool
json_scan_refuse(struct json_scan *c, const char *reason)
{
	if (c->reason == NULL)
		c->reason = reason;
	return false;
}

int
json_scan_peek(const struct json_scan *c)
{
	return c->at < c->length ? (unsigned char)c->text[c->at] : -1;
}

void
json_scan_blanks(struct json_scan *c)
{
	int p;

	while ((p = json_scan_peek(c)) == ' ' || p == '\t' || p == '\n' ||
	       p == '\r')
		c->at++;
}

static bool
skip_digits(struct json_scan *c)
{
	size_t start = c->at;

	while (json_scan_peek(c) >= '0' && json_scan_peek(c) <= '9')
		c->at++;
	return c->at > start;
}

/* RFC 8259 section 6. */
bool
json_scan_number(struct json_scan *c)
{
	size_t start = c->at;

	if (json_scan_peek(c) == '-')
		c->at++;
	if (json_scan_peek(c) == '0')
		c->at++;
	else if (!skip_digits(c))
		return json_scan_refuse(c, "a number without digits");
	if (json_scan_peek(c) == '.') {
		c->at++;
		if (!skip_digits(c))
			return json_scan_refuse(c, "a fraction without digits");
	}
	if (json_scan_peek(c) == 'e' || json_scan_peek(c) == 'E') {
		c->at++;
		if (json_scan_peek(c) == '+' || json_scan_peek(c) == '-')
			c->at++;
		if (!skip_digits(c))
			return json_scan_refuse(
			    c, "an exponent without digits");
	}
	if (!c->syntax_only && c->at - start > JSON_NUMBER_MAX)
		return json_scan_refuse(c, "a number that is too long");
	return true;
}

bool
json_scan_word(struct json_scan *c, const char *word)
{
	size_t n = strlen(word);

	if (c->length - c->at < n || memcmp(c->text + c->at, word, n) != 0)
		return json_scan_refuse(
		    c, "a word that is not true, false or null");
	c->at += n;
	return true;
}

/* Four hex digits; -1 if they are not. */
static int
read_hex4(struct json_scan *c)
{
	int v = 0;

	if (c->length - c->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char d = c->text[c->at + (size_t)i];

		if (d >= '0' && d <= '9')
			v = v * 16 + (d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			v = v * 16 + ((d | 0x20) - 'a' + 10);
		else
			return -1;
	}
	c->at += 4;
	return v;
}

/* After "\u": one code point, or two escapes that make one. */
static bool
check_unicode_escape(struct json_scan *c, uint32_t *ret)
{
	int low, high = read_hex4(c);

	if (high < 0)
		return json_scan_refuse(c, "\\u without four hex digits");
	*ret = (uint32_t)high;
	if (c->syntax_only)
		return true;
	if (high == 0)
		return json_scan_refuse(c, "\\u0000 in a string");
	if (high < 0xd800 || high > 0xdfff)
		return true;
	if (high > 0xdbff || c->length - c->at < 2 || c->text[c->at] != '\\' ||
	    c->text[c->at + 1] != 'u')
		return json_scan_refuse(c, "a lone surrogate");
	c->at += 2;
	low = read_hex4(c);
	if (low < 0xdc00 || low > 0xdfff)
		return json_scan_refuse(c, "a lone surrogate");
	*ret = 0x10000u + (((uint32_t)high - 0xd800) << 10) +
	       ((uint32_t)low - 0xdc00);
	return true;
}

static void
hash_octets(uint64_t *hash, const char *octets, size_t size)
{
	uint64_t h = *hash;

	for (size_t i = 0; i < size; i++)
		h = (h ^ (unsigned char)octets[i]) * FNV_PRIME;
	*hash = h;
}

/* A code point as UTF-8; returns how many octets it is. */
static size_t
encode_point(uint32_t point, char octets[4])
{
	static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	size_t n = point < 0x80      ? 1
		   : point < 0x800   ? 2
		   : point < 0x10000 ? 3
				     : 4;

	for (size_t i = n; i-- > 1; point >>= 6)
		octets[i] = (char)(0x80 | (point & 0x3f));
	octets[0] = (char)(lead[n] | point);
	return n;
}

/* One escape, after the backslash. */
static bool
check_escape(struct json_scan *c, uint32_t *ret)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;
	int p = json_scan_peek(c);

	if (p < 0)
		return json_scan_refuse(c, "the text ends in a string");
	c->at++;
	if (p == 'u')
		return check_unicode_escape(c, ret);
	found = p != 0 ? strchr(from, p) : NULL;
	if (found == NULL)
		return json_scan_refuse(c, "an unknown escape");
	*ret = (unsigned char)to[found - from];
	return true;
}

/*
 * What stands at the cursor and is no plain character: an escape or a character
 * outside of ASCII. *ret_size is how many octets it means; with `hash` they are
 * fed to it.
 */
static bool
check_special(struct json_scan *c, uint64_t *hash, size_t *ret_size)
{
	char octets[4];
	uint32_t point;
	int p = json_scan_peek(c);
	size_t n;

	if (p < 0x20)
		return json_scan_refuse(
		    c, p < 0 ? "the text ends in a string"
			     : "a control character in a string");
	if (p == '\\') {
		c->at++;
		if (!check_escape(c, &point))
			return false;
		n = encode_point(point, octets);
	} else {
		n = utf8_sequence(
		    (const uint8_t *)c->text + c->at, c->length - c->at);
		if (n == 0)
			return json_scan_refuse(c, "invalid UTF-8");
		memcpy(octets, c->text + c->at, n);
		c->at += n;
	}
	if (hash != NULL)
		hash_octets(hash, octets, n);
	*ret_size = n;
	return true;
}

/*
 * A string, from its opening quote. The octets that it means are fed to *hash,
 * so that names compare as what they mean and not as they are spelled.
 */
bool
json_scan_string(struct json_scan *c, uint64_t *hash)
{
	size_t octets = 0, n;

	c->at++;
	for (;;) {
		n = json_plain_run(c->text + c->at, c->length - c->at);
		if (hash != NULL)
			hash_octets(hash, c->text + c->at, n);
		c->at += n;
		octets += n;
		if (!c->syntax_only && octets > JSON_STRING_MAX)
			return json_scan_refuse(c, "a string that is too long");
		if (json_scan_peek(c) == '"') {
			c->at++;
			return true;
		}
		if (!check_special(c, hash, &n))
			return false;
		octets += n;
	}
}
