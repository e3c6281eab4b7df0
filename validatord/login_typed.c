/* SPDX-License-Identifier: ISC */
#include "login_typed.h"

#include <ctype.h>
#include <string.h>

/* A slip of the finger must neither be sent to an authorization server nor
 * stand in its log, so what could have been a code is one. */

static struct text
trim(struct text t)
{
	while (t.length > 0 && t.bytes[0] == ' ') {
		t.bytes++;
		t.length--;
	}
	while (t.length > 0 && t.bytes[t.length - 1] == ' ')
		t.length--;
	return t;
}

static bool
has(struct text t, const char *what)
{
	return memmem(t.bytes, t.length, what, strlen(what)) != NULL;
}

static bool
read_code(struct text t, char ret[TYPED_CODE_MAX + 1])
{
	size_t length = 0;

	ret[0] = '\0';
	if (t.length > TYPED_CODE_MAX)
		return false;
	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.bytes[i];

		if (c == ' ' || c == '-')
			continue;
		if (c >= 0x80 || !isalnum(c)) {
			ret[0] = '\0';
			return false;
		}
		ret[length++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	ret[length] = '\0';
	return true;
}

enum typed
typed_read(struct text answer, struct text *ret_rest,
    char ret_code[TYPED_CODE_MAX + 1])
{
	struct text t = trim(answer);

	ret_code[0] = '\0';
	*ret_rest = t;
	if (t.length == 0)
		return TYPED_NOTHING;
	if (has(t, "://"))
		return TYPED_ADDRESS;
	return read_code(t, ret_code) ? TYPED_CODE : TYPED_TOKEN;
}
