/* SPDX-License-Identifier: ISC */
/* User codes and confirmation numbers. Every value is equally likely: bytes
 * that would favour some are thrown away. */
#include "oauth/user_code.h"

#include <stddef.h>
#include <string.h>

#include "hash.h"

static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";

#define LETTERS (sizeof(letters) - 1)

/* `count` numbers below `bound`, each equally likely. */
static enum status
pick(unsigned int bound, size_t count, unsigned char *ret)
{
	unsigned int fair = 256 / bound * bound;
	size_t filled = 0;
	struct digest d;

	while (filled < count) {
		enum status status = random_digest(&d);

		if (status != STATUS_OK)
			return status;
		for (size_t i = 0; i < DIGEST_SIZE && filled < count; i++) {
			if (d.bytes[i] < fair)
				ret[filled++] =
				    (unsigned char)(d.bytes[i] % bound);
		}
	}
	explicit_bzero(&d, sizeof(d));
	return STATUS_OK;
}

enum status
user_code_make(char ret[USER_CODE_SIZE])
{
	unsigned char picked[USER_CODE_LETTERS];
	enum status status = pick(LETTERS, sizeof(picked), picked);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < USER_CODE_LETTERS; i++)
		ret[i] = letters[picked[i]];
	ret[USER_CODE_LETTERS] = '\0';
	return STATUS_OK;
}

enum status
user_code_parse(const char *typed, char ret[USER_CODE_SIZE])
{
	char code[USER_CODE_SIZE] = "";
	size_t length = 0;

	for (; *typed != '\0'; typed++) {
		char c = *typed;

		if (c == ' ' || c == '-')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (memchr(letters, c, LETTERS) == NULL ||
		    length == USER_CODE_LETTERS)
			return STATUS_MALFORMED;
		code[length++] = c;
	}
	if (length != USER_CODE_LETTERS)
		return STATUS_MALFORMED;
	memcpy(ret, code, sizeof(code));
	return STATUS_OK;
}

void
user_code_show(const char code[USER_CODE_SIZE], char ret[USER_CODE_SHOWN_SIZE])
{
	const size_t half = USER_CODE_LETTERS / 2;

	memcpy(ret, code, half);
	ret[half] = '-';
	memcpy(ret + half + 1, code + half, half + 1);
}

enum status
device_number_make(char ret[DEVICE_NUMBER_SIZE])
{
	unsigned char digits[DEVICE_NUMBER_SIZE - 1];
	enum status status = pick(10, sizeof(digits), digits);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < sizeof(digits); i++)
		ret[i] = (char)('0' + digits[i]);
	ret[sizeof(digits)] = '\0';
	return STATUS_OK;
}
