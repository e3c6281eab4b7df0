/* SPDX-License-Identifier: ISC */
/*
 * What an option's own text can be held against, without the rest of its
 * section. Each function says what is wrong and how to mend it.
 */
#include "config_text.h"

#include <stdbool.h>
#include <string.h>

#include "facts.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/message.h"

static bool
all_of(const char *text, bool (*is)(unsigned char c))
{
	for (; *text != '\0'; text++) {
		if (!is((unsigned char)*text))
			return false;
	}
	return true;
}

static bool
is_visible(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static bool
is_printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* RFC 6749 section 3.3, or a blank between two of them. */
static bool
is_scope_or_blank(unsigned char c)
{
	return c == '\t' || (is_printable(c) && c != '"' && c != '\\');
}

static bool
is_service_or_blank(unsigned char c)
{
	return c == '\t' ||
	       (is_printable(c) && c != '/' && (c < 'A' || c > 'Z'));
}

/* Allowed in a scope; but whoever writes it at the end of one means a list. */
static bool
word_ends_in_comma(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == ',' && (p[1] == '\0' || p[1] == ' ' || p[1] == '\t'))
			return true;
	}
	return false;
}

const char *
config_text_scopes(const char *text)
{
	if (word_ends_in_comma(text))
		return "has a comma after a scope, which would be a part of "
		       "it: write scopes with blanks alone between";
	return all_of(text, is_scope_or_blank)
		   ? NULL
		   : "holds a character that a scope cannot have (RFC 6749 "
		     "section 3.3): write scopes with blanks between, without "
		     "quotes";
}

const char *
config_text_services(const char *text)
{
	size_t longest = 0;

	if (!all_of(text, is_service_or_blank))
		return "holds a capital letter or a slash, and libpam turns "
		       "service names into small letters without a path: "
		       "write the name as /etc/pam.d has it, in small letters";
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		size_t n = strcspn(p, " \t");

		longest = n > longest ? n : longest;
		p += n;
	}
	return longest <= SERVICE_MAX
		   ? NULL
		   : "holds a name over 64 octets: write a shorter one";
}

const char *
config_text_users(const char *text)
{
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		struct text name = {p, strcspn(p, " \t")};

		if (!user_name_valid(name))
			return "holds what is no local user's name: each must "
			       "match ^[a-z_][a-z0-9_.-]{0,31}$";
		p += name.length;
	}
	return NULL;
}

/* A user or group of this host. */
const char *
config_text_account(const char *text)
{
	return user_name_valid(text_of(text))
		   ? NULL
		   : "is no account's name: write one name that matches "
		     "^[a-z_][a-z0-9_.-]{0,31}$";
}

const char *
config_text_one_word(const char *text)
{
	return all_of(text, is_visible)
		   ? NULL
		   : "holds a blank or a character outside of ASCII: write one "
		     "word";
}

/* RFC 6749 appendix A.1. */
const char *
config_text_client_id(const char *text)
{
	return all_of(text, is_printable)
		   ? NULL
		   : "holds a character that a client id cannot have (RFC 6749 "
		     "appendix A.1): copy it from the authorization server";
}

/* A name that facts could have, see claims_read(); another one would match in
 * no token at all. NULL: fine. */
static const char *
claim_name_fault(const char *name)
{
	size_t levels = 0;

	if (name[0] != '/')
		return NULL;
	for (const char *p = name; *p != '\0'; p++) {
		levels += *p == '/';
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return "has a ~ that is no ~0 or ~1 (RFC 6901): write "
			       "~0 for ~ and ~1 for /";
	}
	if (levels == 1)
		return "has a pointer to what stands at the top: write its "
		       "name without the slash";
	return levels <= FACTS_LEVELS
		   ? NULL
		   : "has a pointer of more than five levels, and deeper ones "
		     "are not read: name one that stands higher";
}

/* Of one claim, as facts have it. */
const char *
config_text_claim_name(const char *text)
{
	const char *fault = config_text_one_word(text);

	return fault != NULL ? fault : claim_name_fault(text);
}

/* NAME in VALUE ...: checked here, where the line is known; the key repeats. */
const char *
config_text_claim(const char *text)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	_cleanup_(word_list_clear) struct word_list values = {0};
	const char *first = text + strcspn(text, " \t");
	const char *fault;

	if (word_list_split(&words, text, true) != STATUS_OK)
		return "cannot be read: out of memory";
	if (words.count < 3 || strcmp(words.words[1], "in") != 0)
		return "is no rule: write claim = NAME in VALUE ...";
	fault = claim_name_fault(words.words[0]);
	if (fault != NULL)
		return fault;
	first += strspn(first, " \t") + strlen("in");
	switch (word_list_split(&values, first, false)) {
	case STATUS_OK:
		return NULL;
	case STATUS_INVALID:
		return "names a value twice: remove one";
	default:
		return "cannot be read: out of memory";
	}
}
