/* SPDX-License-Identifier: ISC */
/* Secrets: their storage is wiped before it goes back, and nothing prints. */
#include "scopegate/secret.h"

#include <stdlib.h>
#include <string.h>

void
secret_clear(struct secret *s)
{
	if (s->bytes != NULL)
		explicit_bzero(s->bytes, s->length);
	free(s->bytes);
	s->bytes = NULL;
	s->length = 0;
}

enum status
secret_append(struct secret *s, const char *bytes, size_t length)
{
	size_t total = s->length + length;
	char *joined = malloc(total + 1);

	if (joined == NULL)
		return STATUS_NOMEM;
	if (s->length > 0)
		memcpy(joined, s->bytes, s->length);
	if (length > 0)
		memcpy(joined + s->length, bytes, length);
	joined[total] = '\0';
	secret_clear(s);
	s->bytes = joined;
	s->length = total;
	return STATUS_OK;
}

enum status
secret_set(struct secret *s, const char *bytes, size_t length)
{
	struct secret fresh = {0};
	enum status status = secret_append(&fresh, bytes, length);

	if (status != STATUS_OK)
		return status;
	secret_clear(s);
	*s = fresh;
	return STATUS_OK;
}

/* A table: the locale is the host program's, and a token may be long. */
static const bool b64token_chars[256] = {
    ['A' ... 'Z'] = true,
    ['a' ... 'z'] = true,
    ['0' ... '9'] = true,
    ['-'] = true,
    ['.'] = true,
    ['_'] = true,
    ['~'] = true,
    ['+'] = true,
    ['/'] = true,
};

bool
secret_is_b64token(const struct secret *s)
{
	size_t i = 0;

	while (i < s->length && b64token_chars[(unsigned char)s->bytes[i]])
		i++;
	if (i == 0)
		return false;
	while (i < s->length && s->bytes[i] == '=')
		i++;
	return i == s->length;
}
