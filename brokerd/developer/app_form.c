/* SPDX-License-Identifier: ISC */
/* Reads and judges the form of an app. */
#include "developer/app_form.h"

#include <stdio.h>
#include <string.h>

#include "app/plain_text.h"
#include "scopegate/cleanup.h"

static const char *const controls[APP_TEXTS] = {
#define X(name, control) control,
    APP_TEXT_LIST(X)
#undef X
};

/* Where each text lies in the app, but for redirect URIs, which are a list. */
struct place {
	char *text;
	size_t size;
};

static void
places(struct app *a, struct place ret[TEXT_REDIRECTS])
{
	ret[TEXT_TITLE] = (struct place){a->title, sizeof(a->title)};
	ret[TEXT_DESCRIPTION] =
	    (struct place){a->description, sizeof(a->description)};
	ret[TEXT_WEBSITE] = (struct place){a->website, sizeof(a->website)};
	ret[TEXT_TERMS] = (struct place){a->terms_url, sizeof(a->terms_url)};
	ret[TEXT_PRIVACY] =
	    (struct place){a->privacy_url, sizeof(a->privacy_url)};
}

enum status
app_form_of(
    struct app_form *f, const struct app *a, const struct redirect_list *l)
{
	struct place at[TEXT_REDIRECTS];

	f->app = *a;
	f->redirects = *l;
	places(&f->app, at);
	for (size_t i = 0; i < TEXT_REDIRECTS; i++)
		f->texts[i] = at[i].text;
	buf_init(&f->redirect_text, APP_REDIRECTS_MAX * REDIRECT_URI_SIZE);
	for (size_t i = 0; i < l->count; i++) {
		buf_append_string(&f->redirect_text, l->uris[i]);
		buf_append_byte(&f->redirect_text, '\n');
	}
	f->texts[TEXT_REDIRECTS] = buf_string(&f->redirect_text);
	return f->redirect_text.error;
}

void
app_form_clear(struct app_form *f)
{
	buf_clear(&f->redirect_text);
}

const char *
app_url_problem(const char *url)
{
	const char *problem;

	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return "This does not begin with https://.";
	problem = redirect_uri_problem(url);
	if (problem == NULL)
		return NULL;
	if (strncmp(url, "http://", 7) == 0)
		return "Use https: plain http is for loopback addresses only.";
	return "This is not a plain web address: leave out blanks, wildcards, "
	       "fragments and names of users.";
}

#define TOO_LONG(most)                                                         \
	"This is longer than " most " octets; letters beyond ASCII count "     \
	"for two or more."

/* What says that a text does not fit; the limits are those of struct app. */
static const char *const too_long[TEXT_REDIRECTS] = {
    [TEXT_TITLE] = TOO_LONG("80"),
    [TEXT_DESCRIPTION] = TOO_LONG("500"),
    [TEXT_WEBSITE] = TOO_LONG("512"),
    [TEXT_TERMS] = TOO_LONG("512"),
    [TEXT_PRIVACY] = TOO_LONG("512"),
};
_Static_assert(
    APP_TITLE_SIZE == 81 && APP_DESCRIPTION_SIZE == 501 && APP_URL_SIZE == 513,
    "too_long[] says so");

static const char *
text_problem(enum app_text which, const char *text, size_t size)
{
	if (text == NULL)
		return which == TEXT_TITLE ? "Give the app a name." : NULL;
	if (strlen(text) >= size)
		return too_long[which];
	if (which == TEXT_TITLE)
		return plain_text_problem(text, false);
	if (which == TEXT_DESCRIPTION)
		return plain_text_problem(text, true);
	return app_url_problem(text);
}

static void
read_texts(struct app_form *f)
{
	struct place at[TEXT_REDIRECTS];

	places(&f->app, at);
	for (size_t i = 0; i < TEXT_REDIRECTS; i++) {
		f->problems[i] = text_problem(i, f->texts[i], at[i].size);
		at[i].text[0] = '\0';
		if (f->texts[i] != NULL && f->problems[i] == NULL)
			memcpy(
			    at[i].text, f->texts[i], strlen(f->texts[i]) + 1);
	}
}

/* One more line that cannot stay. Those that there is no room for are told at
 * the next try. */
static void
blame_line(struct app_form *f, unsigned int line, const char *problem)
{
	size_t used = strlen(f->redirect_problem);
	char one[128];
	int length = snprintf(one, sizeof(one), "%sLine %u: %s.",
	    used == 0 ? "" : " ", line, problem);

	f->problems[TEXT_REDIRECTS] = f->redirect_problem;
	if (length < (int)sizeof(one) &&
	    used + (size_t)length < sizeof(f->redirect_problem))
		memcpy(f->redirect_problem + used, one, (size_t)length + 1);
}

static bool
has_redirect(const struct redirect_list *l, const char *uri)
{
	for (size_t i = 0; i < l->count; i++) {
		if (strcmp(l->uris[i], uri) == 0)
			return true;
	}
	return false;
}

static void
read_redirect(
    struct app_form *f, const char *text, size_t length, unsigned int line)
{
	struct redirect_list *l = &f->redirects;
	char uri[REDIRECT_URI_SIZE];
	const char *problem;

	if (length >= sizeof(uri)) {
		blame_line(f, line, "it is too long");
		return;
	}
	memcpy(uri, text, length);
	uri[length] = '\0';
	problem = redirect_uri_problem(uri);
	if (problem != NULL)
		blame_line(f, line, problem);
	else if (has_redirect(l, uri))
		blame_line(f, line, "it is there twice");
	else if (l->count == APP_REDIRECTS_MAX)
		blame_line(f, line, "an app has at most 16");
	else
		memcpy(l->uris[l->count++], uri, length + 1);
}

/* One a line; blanks around it, and lines of nothing else, are no fault. */
static void
read_redirects(struct app_form *f)
{
	const char *at = f->texts[TEXT_REDIRECTS];
	unsigned int line = 1;

	f->redirects.count = 0;
	while (at != NULL && *at != '\0') {
		size_t whole = strcspn(at, "\n"), length = whole, lead;

		lead = strspn(at, " \t\r");
		while (length > 0 && strchr(" \t\r", at[length - 1]) != NULL)
			length--;
		if (length > lead)
			read_redirect(f, at + lead, length - lead, line);
		at += whole + (at[whole] == '\n');
		line++;
	}
}

/* All values of a repeated control, each a word of `known`. */
static enum status
read_ticks(const struct form *form, const char *name, const char *known,
    char *ret, size_t size)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < form->count; i++) {
		const char *value = form->fields[i].value;
		size_t length = strlen(value);

		if (strcmp(form->fields[i].name, name) != 0)
			continue;
		if (!word_set_text_has(known, value))
			return STATUS_NOT_FOUND;
		if (word_set_text_has(ret, value))
			continue;
		if (used + length + 2 > size)
			return STATUS_TOO_BIG;
		if (used > 0)
			ret[used++] = ' ';
		memcpy(ret + used, value, length + 1);
		used += length;
	}
	return STATUS_OK;
}

/* What may be left out is of what is asked for: a tick beside a scope that is
 * not asked for means nothing. */
static void
keep_within(char *part, const char *whole)
{
	struct word_set set;
	size_t used = 0;

	if (word_set_parse(part, &set) != STATUS_OK)
		return;
	for (size_t i = 0; i < set.count; i++) {
		size_t length = strlen(set.words[i]);

		if (!word_set_text_has(whole, set.words[i]))
			continue;
		if (used > 0)
			part[used++] = ' ';
		memcpy(part + used, set.words[i], length);
		used += length;
	}
	part[used] = '\0';
}

static void
read_scopes(struct app_form *f, const struct form *form, const char *known)
{
	struct app *a = &f->app;

	if (read_ticks(form, "scope", known, a->scopes, sizeof(a->scopes)) !=
		STATUS_OK ||
	    read_ticks(form, "optional", known, a->optional_scopes,
		sizeof(a->optional_scopes)) != STATUS_OK)
		f->scope_problem =
		    "One of these does not exist here. Choose again.";
	else
		keep_within(a->optional_scopes, a->scopes);
}

static void
read_grants(struct app_form *f, const struct form *form)
{
	static const char open[] =
	    "refresh_token client_credentials " DEVICE_GRANT_TYPE;
	struct app *a = &f->app;
	char asked[APP_GRANT_TYPES_SIZE - sizeof("authorization_code")];

	if (read_ticks(form, "grant", open, asked, sizeof(asked)) != STATUS_OK)
		f->choice_problem =
		    "One of these does not exist here. Choose again.";
	else if (!a->confidential &&
		 word_set_text_has(asked, "client_credentials"))
		f->choice_problem = "An app without a secret cannot sign in "
				    "for itself. Leave out client credentials.";
	/* Kept as ticked, too, if it is refused: the form comes back filled. */
	(void)snprintf(a->grant_types, sizeof(a->grant_types),
	    "authorization_code%s%s", asked[0] == '\0' ? "" : " ", asked);
}

/* One of two words; *ret is whether it is the second. */
static bool
read_choice(const struct form *form, const char *name, const char *first,
    const char *second, bool *ret)
{
	const char *value = form_get(form, name);

	if (value == NULL ||
	    (strcmp(value, first) != 0 && strcmp(value, second) != 0))
		return false;
	*ret = strcmp(value, second) == 0;
	return true;
}

/* What cannot be changed later is read only for a new app. */
static void
read_choices(struct app_form *f, const struct form *form)
{
	struct app *a = &f->app;
	bool confidential, alpaca, jwt;

	if (a->id == 0) {
		if (read_choice(form, "client", "public", "confidential",
			&confidential) &&
		    read_choice(form, "kind", "standard", "alpaca", &alpaca)) {
			a->confidential = confidential;
			a->kind = alpaca ? APP_ALPACA : APP_STANDARD;
		} else {
			f->choice_problem = "Choose one of each.";
		}
	}
	if (read_choice(form, "tokens", "opaque", "jwt", &jwt))
		a->tokens = jwt ? APP_TOKENS_JWT : APP_TOKENS_OPAQUE;
	else
		f->choice_problem = "Choose one of each.";
}

bool
app_form_read(
    struct app_form *f, const struct form *form, const char *known_scopes)
{
	bool fine;

	for (size_t i = 0; i < APP_TEXTS; i++)
		f->texts[i] = form_get(form, controls[i]);
	read_texts(f);
	read_redirects(f);
	read_scopes(f, form, known_scopes);
	read_choices(f, form);
	read_grants(f, form);
	fine = f->scope_problem == NULL && f->choice_problem == NULL;
	for (size_t i = 0; i < APP_TEXTS; i++)
		fine &= f->problems[i] == NULL;
	return fine;
}
