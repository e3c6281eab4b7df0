/* SPDX-License-Identifier: ISC */
/*
 * What is not understood is left out, so that a rule which wants a key refuses.
 * An earlier line never stands in for a last one that is odd: that would be
 * another key than the one the login ended with.
 */
#include "ssh_key.h"

#include <string.h>

#define METHOD "publickey"
#define TYPE_MAX 64u

static const char digits[] = "0123456789";
static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static bool
is_one_of(char c, const char *more)
{
	return c != '\0' &&
	       (strchr(letters, c) != NULL || strchr(digits, c) != NULL ||
		   strchr(more, c) != NULL);
}

static size_t
span(struct text t, size_t from, const char *more)
{
	size_t n = 0;

	while (from + n < t.length && is_one_of(t.bytes[from + n], more))
		n++;
	return n;
}

/* "TYPE BASE64", with one blank between and all of the padding. */
static bool
is_key(struct text t)
{
	size_t type = span(t, 0, "-_.@"), at = type + 1;
	size_t data, padding = 0;

	if (t.length > SSH_KEY_MAX || type == 0 || type > TYPE_MAX ||
	    at >= t.length || t.bytes[type] != ' ')
		return false;
	data = span(t, at, "+/");
	for (at += data; at < t.length && t.bytes[at] == '='; at++)
		padding++;
	return at == t.length && data > 0 && padding <= 2 &&
	       (data + padding) % 4 == 0;
}

struct text
ssh_key_used(const char *info)
{
	static const size_t skip = sizeof(METHOD) - 1;
	struct text last = {0};
	bool blank;

	while (info != NULL && *info != '\0') {
		size_t length = strcspn(info, "\n");

		if (strncmp(info, METHOD, skip) == 0) {
			blank = info[skip] == ' ';
			last = (struct text){
			    info + skip + blank, blank ? length - skip - 1 : 0};
		}
		info += length + (info[length] == '\n' ? 1 : 0);
	}
	return last.bytes != NULL && is_key(last) ? last : (struct text){0};
}
