/* SPDX-License-Identifier: ISC */
#include "prompt.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define PARTS_MOST 64

/* The last line of what the module asks with, without the blanks at its end;
 * before it there may be the link and what to do with it. */
static const char *const credential_lines[] = {
    "Access token:",
    "Code, or access token:",
    "Address, or access token:",
    "Number, or access token:",
    "Enter when approved, or access token:",
};
static const char *const browser_lines[] = {
    "Code:",
    "Address:",
    "Number:",
    "Enter when approved:",
};

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* "(alice@db1.example.com) ", where neither half can hold a ")" or a blank:
 * the rest of the text is behind the first "(...) ". */
static const char *
take_prefix(const char *text, struct prompt_read *ret)
{
	const char *at, *end;
	size_t user, host;

	if (*text != '(')
		return text;
	end = text + strcspn(text, ") \t\n");
	if (end[0] != ')' || end[1] != ' ')
		return text;
	at = end;
	while (at > text && *at != '@')
		at--;
	user = at > text ? (size_t)(at - text) - 1 : 0;
	host = (size_t)(end - at) - 1;
	if (user == 0 || host == 0 || user > PROMPT_USER_MAX ||
	    host > PROMPT_HOST_MAX)
		return text;
	memcpy(ret->user, text + 1, user);
	for (size_t i = 0; i < host; i++) {
		char c = at[1 + i];

		ret->host[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	ret->named = true;
	return end + 2;
}

/* Digits of a count that has no leading zero; NULL if there are none. */
static const char *
read_count(const char *text, unsigned int *ret)
{
	unsigned int n = 0;

	if (*text < '1' || *text > '9')
		return NULL;
	while (*text >= '0' && *text <= '9' && n <= PARTS_MOST)
		n = n * 10 + (unsigned int)(*text++ - '0');
	*ret = n;
	return text;
}

/* "Access token, part 2 of 3: " */
static bool
read_part(const char *text, struct prompt_read *ret)
{
	static const char before[] = "Access token, part ";

	if (!starts_with(text, before))
		return false;
	text = read_count(text + sizeof(before) - 1, &ret->part);
	if (text == NULL || !starts_with(text, " of "))
		return false;
	text = read_count(text + 4, &ret->parts);
	return text != NULL && strcmp(text, ": ") == 0 && ret->part >= 2 &&
	       ret->part <= ret->parts && ret->parts <= PARTS_MOST;
}

/* The last line, without blanks at its end. */
static const char *
last_line(const char *text, size_t *ret_length)
{
	size_t length = strlen(text);
	const char *line;

	while (length > 0 && strchr(" \t\n", text[length - 1]) != NULL)
		length--;
	line = text + length;
	while (line > text && line[-1] != '\n')
		line--;
	*ret_length = length - (size_t)(line - text);
	return line;
}

static bool
is_one_of(
    const char *line, size_t length, const char *const *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(wanted[i]) == length &&
		    memcmp(line, wanted[i], length) == 0)
			return true;
	return false;
}

/* What the module's text begins with when it asks once more. */
static bool
is_again(const char *text)
{
	static const char *const starts[] = {
	    "That is not the ",
	    "The link has not been gone through yet.",
	};

	for (size_t i = 0; i < ELEMENTS(starts); i++)
		if (starts_with(text, starts[i]))
			return true;
	return false;
}

static enum prompt_kind
kind_of(const char *text, const char *own, struct prompt_read *ret)
{
	size_t length, wanted;
	const char *line = last_line(text, &length);

	if (strstr(text, "continue connecting") != NULL ||
	    strstr(text, "type the fingerprint") != NULL)
		return ASKED_HOST_KEY;
	if (starts_with(text, "Enter passphrase"))
		return ASKED_PASSPHRASE;
	if (read_part(text, ret))
		return ASKED_PART;
	if (is_one_of(
		line, length, credential_lines, ELEMENTS(credential_lines)))
		return is_again(text) ? ASKED_AGAIN : ASKED_CREDENTIAL;
	if (line > text &&
	    is_one_of(line, length, browser_lines, ELEMENTS(browser_lines)))
		return ASKED_BROWSER;
	if (own != NULL) {
		const char *mine = last_line(own, &wanted);

		if (length == wanted && memcmp(line, mine, length) == 0 &&
		    line == text)
			return ASKED_CREDENTIAL;
	}
	return strstr(text, "assword") != NULL ? ASKED_PASSWORD : ASKED_OTHER;
}

void
prompt_read(
    const char *text, bool prefixed, const char *own, struct prompt_read *ret)
{
	*ret = (struct prompt_read){0};
	if (prefixed)
		text = take_prefix(text, ret);
	ret->kind = kind_of(text, own, ret);
}
