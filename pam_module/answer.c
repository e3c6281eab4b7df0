/* SPDX-License-Identifier: ISC */
/*
 * Whoever fails a local lock is led through the same prompts as anybody, or a
 * wrong code would tell which names exist. For them, and in the place of the
 * junk that sshd sends for users it does not know, the daemon gets a stand-in
 * of the kind that it would have made out (its login_typed.c), which holds
 * nothing of what was typed and opens nothing.
 */
#include "answer.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define TYPED_CODE_MAX 16 /* what is longer, or holds other signs, is a token  \
			   */

enum kind { KIND_BLANK, KIND_CODE, KIND_ADDRESS, KIND_TOKEN };

static const char *const stand_ins[] = {
    [KIND_BLANK] = " ",
    [KIND_CODE] = "-",
    [KIND_ADDRESS] = "://",
    [KIND_TOKEN] = "?",
};

static bool
is_printable(const struct secret *answer)
{
	for (size_t i = 0; i < answer->length; i++)
		if (answer->bytes[i] < ' ' || answer->bytes[i] > '~')
			return false;
	return true;
}

static bool
is_code_sign(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == ' ' || c == '-';
}

/* Of junk its length is all that tells. */
static enum kind
kind_of(const struct secret *answer)
{
	const char *first = answer->bytes;
	const char *end = answer->bytes + answer->length;
	bool code = true;

	while (first < end && *first == ' ')
		first++;
	while (end > first && end[-1] == ' ')
		end--;
	if (first == end)
		return KIND_BLANK;
	if (strstr(answer->bytes, "://") != NULL)
		return KIND_ADDRESS;
	if (is_printable(answer))
		for (const char *c = first; c < end; c++)
			code = code && is_code_sign(*c);
	return code && end - first <= TYPED_CODE_MAX ? KIND_CODE : KIND_TOKEN;
}

static enum end
replace(enum prompt asked, bool token, enum end refusal, struct secret *answer)
{
	enum kind kind;
	const char *stand_in;

	/* Here one answer decides, whatever it is. */
	if (asked == PROMPT_TOKEN || asked == PROMPT_DEVICE_ENTER ||
	    asked == PROMPT_DEVICE_NUMBER)
		return refusal;
	kind = kind_of(answer);
	if (kind == KIND_TOKEN && token)
		return refusal;
	stand_in = stand_ins[kind];
	return secret_set(answer, stand_in, strlen(stand_in)) == STATUS_OK
		   ? END_VERDICT
		   : END_NO_MEMORY;
}

enum end
answer_prepare(
    enum prompt asked, bool token, enum end lock, struct secret *answer)
{
	if (answer->length > ANSWER_MAX)
		return END_TOO_LONG;
	if (lock != END_VERDICT)
		return replace(asked, token, lock, answer);
	if (asked == PROMPT_TOKEN && !secret_is_b64token(answer))
		return END_JUNK;
	if (!is_printable(answer))
		return replace(asked, token, END_JUNK, answer);
	return END_VERDICT;
}
