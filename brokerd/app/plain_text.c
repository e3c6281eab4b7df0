/* SPDX-License-Identifier: ISC */
/* Decodes, and refuses by a table of ranges. */
#include "app/plain_text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "scopegate/cleanup.h"

/* Characters that a reader does not see, or that change what is seen. */
static const struct {
	uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f},    /* controls */
    {0x007f, 0x009f},    /* more of them */
    {0x00ad, 0x00ad},    /* soft hyphen */
    {0x061c, 0x061c},    /* Arabic letter mark */
    {0x115f, 0x1160},    /* Hangul fillers */
    {0x180e, 0x180e},    /* Mongolian vowel separator */
    {0x200b, 0x200f},    /* no width; marks of direction */
    {0x2028, 0x202e},    /* line ends; embedding and override */
    {0x2060, 0x206f},    /* joiners, isolates */
    {0x3164, 0x3164},    /* Hangul filler */
    {0xd800, 0xf8ff},    /* surrogates, private use */
    {0xfdd0, 0xfdef},    /* no characters */
    {0xfe00, 0xfe0e},    /* variation selectors, but for that of emoji */
    {0xfeff, 0xfeff},    /* byte order mark */
    {0xffa0, 0xffa0},    /* Hangul filler */
    {0xfff0, 0xffff},    /* specials */
    {0xe0000, 0x10ffff}, /* tags, selectors, private use */
};

/* Octets of the sequence that `lead` begins, and the bits it carries. */
static size_t
sequence_length(unsigned char lead, uint32_t *ret_bits)
{
	static const struct {
		unsigned char mask, value;
	} leads[] = {{0x80, 0x00}, {0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}};

	for (size_t i = 0; i < ELEMENTS(leads); i++) {
		if ((lead & leads[i].mask) == leads[i].value) {
			*ret_bits = lead & (unsigned char)~leads[i].mask;
			return i + 1;
		}
	}
	return 0;
}

/* The character at *at, which is moved behind it; false if there is none. */
static bool
next_character(const char **at, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t value = 0;
	size_t length = sequence_length((unsigned char)**at, &value);

	if (length == 0)
		return false;
	for (size_t i = 1; i < length; i++) {
		unsigned char octet = (unsigned char)(*at)[i];

		if ((octet & 0xc0) != 0x80)
			return false;
		value = value << 6 | (octet & 0x3f);
	}
	/* Overlong forms, and what Unicode does not reach. */
	if (value < least[length - 1] || value > 0x10ffff)
		return false;
	*at += length;
	*ret = value;
	return true;
}

static bool
is_hidden(uint32_t c)
{
	for (size_t i = 0; i < ELEMENTS(hidden); i++) {
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	}
	return false;
}

const char *
plain_text_problem(const char *text, bool lines)
{
	bool seen = false;

	while (*text != '\0') {
		uint32_t c;

		if (lines && strchr("\r\n\t", *text) != NULL) {
			text++;
			continue;
		}
		if (!next_character(&text, &c))
			return "This is not valid UTF-8.";
		if (is_hidden(c))
			return "This has a character that cannot be seen. "
			       "Type it again with plain characters.";
		seen |= c != ' ' && c != 0xa0 && c != 0x3000;
	}
	return seen ? NULL : "This has nothing but blanks.";
}
