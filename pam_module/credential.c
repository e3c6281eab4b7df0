/* SPDX-License-Identifier: ISC */
/*
 * One echo-off prompt, since sshd's password method answers nothing else, and
 * clients that cut what they carry (ssh at 1,023 octets, sudo and doas at 511,
 * misc_conv at 4,095), hence the parts. Must never leave an answer unwiped,
 * nor in PAM_AUTHTOK where a later module would find it.
 */
#include "credential.h"

#include <security/pam_ext.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

struct part {
	unsigned int number, count;
	const char *data; /* into the answer */
};

static const size_t cut_lengths[] = {511, 1023, 4095};

static bool
length_is_a_cut(size_t length)
{
	for (size_t i = 0; i < ELEMENTS(cut_lengths); i++)
		if (length == cut_lengths[i])
			return true;
	return false;
}

/* Up to four digits and the mark after them; NULL if it is anything else. */
static const char *
read_count(const char *s, char mark, unsigned int *ret)
{
	unsigned int n = 0;
	const char *digits = s;

	while (*s >= '0' && *s <= '9' && s - digits < 4)
		n = n * 10 + (unsigned int)(*s++ - '0');
	if (s == digits || *s != mark)
		return NULL;
	*ret = n;
	return s + 1;
}

/* ":" is no token character, so "1/3:" cannot begin a whole token. */
static bool
read_part(const char *answer, struct part *ret)
{
	struct part p;
	const char *rest = read_count(answer, '/', &p.number);

	if (rest != NULL)
		rest = read_count(rest, ':', &p.count);
	if (rest == NULL)
		return false;
	p.data = rest;
	*ret = p;
	return true;
}

/* Takes what libpam or the application allocated; it ends wiped. */
static enum end
adopt_answer(char *answer, struct secret *ret)
{
	enum status status = STATUS_OK;
	size_t length;

	if (answer == NULL)
		return END_VERDICT;
	length = strlen(answer);
	if (length > 0)
		status = secret_set(ret, answer, length);
	explicit_bzero(answer, length);
	free(answer);
	return status == STATUS_OK ? END_VERDICT : END_NO_MEMORY;
}

enum end
credential_ask(pam_handle_t *ph, const char *prompt, struct secret *ret)
{
	_cleanup_(secret_clear) struct secret answer = {0};
	char *response = NULL;
	int code = pam_prompt(ph, PAM_PROMPT_ECHO_OFF, &response, "%s", prompt);
	enum end end = adopt_answer(response, &answer);

	if (code == PAM_BUF_ERR)
		return END_NO_MEMORY;
	if (code != PAM_SUCCESS)
		return END_CONVERSATION;
	if (end != END_VERDICT)
		return end;
	if (answer.length == 0)
		return END_EMPTY;
	if (length_is_a_cut(answer.length))
		return END_CUT;
	*ret = answer;
	answer = (struct secret){0};
	return END_VERDICT;
}

static enum end
ask_part(pam_handle_t *ph, unsigned int number, unsigned int count,
    struct secret *token)
{
	_cleanup_(secret_clear) struct secret answer = {0};
	char prompt[64];
	struct part part;
	enum end end;

	(void)snprintf(prompt, sizeof(prompt),
	    "Access token, part %u of %u: ", number, count);
	end = credential_ask(ph, prompt, &answer);
	if (end != END_VERDICT)
		return end;
	if (!read_part(answer.bytes, &part) || part.number != number ||
	    part.count != count || *part.data == '\0')
		return END_PARTS;
	if (secret_append(token, part.data, strlen(part.data)) != STATUS_OK)
		return END_NO_MEMORY;
	return token->length <= TOKEN_MAX ? END_VERDICT : END_TOO_LONG;
}

/* `first` says how many there are; one that is not the first ends it. */
static enum end
collect_parts(pam_handle_t *ph, bool may_ask, const struct part *first,
    struct secret *ret)
{
	_cleanup_(secret_clear) struct secret token = {0};
	enum end end = END_VERDICT;

	if (first->count > PARTS_MAX)
		return END_TOO_LONG;
	if (first->number != 1 || first->count < 1 || *first->data == '\0')
		return END_PARTS;
	/* Nobody may be asked for the rest. */
	if (first->count > 1 && !may_ask)
		return END_PARTS;
	if (secret_set(&token, first->data, strlen(first->data)) != STATUS_OK)
		return END_NO_MEMORY;
	if (token.length > TOKEN_MAX)
		return END_TOO_LONG;
	for (unsigned int n = 2; n <= first->count && end == END_VERDICT; n++)
		end = ask_part(ph, n, first->count, &token);
	if (end != END_VERDICT)
		return end;
	secret_clear(ret);
	*ret = token;
	token = (struct secret){0};
	return END_VERDICT;
}

/* The answer that an earlier module left; PAM wipes its copy. */
static enum end
take_first_pass(pam_handle_t *ph, struct secret *ret)
{
	const void *item = NULL;
	const char *left;
	enum status status = STATUS_OK;

	if (pam_get_item(ph, PAM_AUTHTOK, &item) != PAM_SUCCESS || item == NULL)
		return END_EMPTY;
	left = item;
	if (*left != '\0')
		status = secret_set(ret, left, strlen(left));
	(void)pam_set_item(ph, PAM_AUTHTOK, NULL);
	if (status != STATUS_OK)
		return END_NO_MEMORY;
	if (ret->length == 0)
		return END_EMPTY;
	return length_is_a_cut(ret->length) ? END_CUT : END_VERDICT;
}

enum end
credential_join(pam_handle_t *ph, bool may_ask, struct secret *answer)
{
	struct part part;

	if (read_part(answer->bytes, &part))
		return collect_parts(ph, may_ask, &part, answer);
	return answer->length > TOKEN_MAX ? END_TOO_LONG : END_VERDICT;
}

enum end
credential_left(
    pam_handle_t *ph, const struct options *options, struct secret *ret)
{
	enum end end = END_EMPTY;

	if (options->use_first_pass || options->try_first_pass)
		end = take_first_pass(ph, ret);
	if (end == END_VERDICT)
		end = credential_join(ph, !options->use_first_pass, ret);
	return end;
}

enum end
credential_ask_token(
    pam_handle_t *ph, const struct options *options, struct secret *ret)
{
	enum end end = credential_ask(ph, options->prompt, ret);

	return end == END_VERDICT ? credential_join(ph, true, ret) : end;
}
