/* SPDX-License-Identifier: ISC */
/* Builders that the tests of the stages share; they end the test on failure. */
#include "stages_make.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct word_list
make_words(const char *text)
{
	struct word_list l = {0};

	while (*text != '\0') {
		size_t length = strcspn(text, " ");
		char **grown =
		    realloc(l.words, (l.count + 2) * sizeof(*l.words));

		assert_non_null(grown);
		l.words = grown;
		l.words[l.count] = strndup(text, length);
		assert_non_null(l.words[l.count]);
		l.words[++l.count] = NULL;
		text += length + (text[length] == ' ' ? 1 : 0);
	}
	return l;
}

char *
make_string(char c, size_t length)
{
	char *s = malloc(length + 1);

	assert_non_null(s);
	memset(s, c, length);
	s[length] = '\0';
	return s;
}

void
make_replace(char **string, const char *value)
{
	free(*string);
	*string = value != NULL ? strdup(value) : NULL;
}

void
make_claim(
    struct facts *f, const char *name, bool is_string, const char *values)
{
	f->claims =
	    realloc(f->claims, (f->claim_count + 1) * sizeof(*f->claims));
	assert_non_null(f->claims);
	f->claims[f->claim_count++] = (struct claim){.name = strdup(name),
	    .values = make_words(values),
	    .is_string = is_string};
}

void
make_scopes(struct facts *f, const char *scopes)
{
	word_list_clear(&f->scopes);
	f->scopes = make_words(scopes);
	f->scopes_known = true;
}

struct facts *
make_facts(void)
{
	struct facts *f = facts_new();

	assert_non_null(f);
	f->active = true;
	f->issuer = strdup("https://as.example.com");
	f->subject = strdup("subject-1");
	f->client_id = strdup("ssh-gate");
	f->token_type = strdup("Bearer");
	f->audience = make_words("https://hosts.example.com");
	f->expires_at = NOW + 600;
	f->issued_at = NOW - 10;
	f->not_before = NOW - 10;
	f->auth_time = NOW - 60;
	f->checked_at = NOW;
	make_scopes(f, "trading data");
	make_claim(f, "preferred_username", true, "alice");
	return f;
}

struct issuer
make_issuer(void)
{
	return (struct issuer){.name = strdup("acme"),
	    .url = strdup("https://as.example.com"),
	    .audience = strdup("https://hosts.example.com"),
	    .expiry = STATED,
	    .user_claim = strdup("preferred_username"),
	    .allowed_clients = make_words("ssh-gate sudo-gate"),
	    .leeway_ms = 10000};
}

void
issuer_done(struct issuer *i)
{
	free(i->name);
	free(i->url);
	free(i->audience);
	free(i->client_id);
	free(i->user_claim);
	word_list_clear(&i->allowed_clients);
}

void
make_dir(struct make_dir *d)
{
	const char *base = getenv("TMPDIR");

	snprintf(d->path, sizeof(d->path), "%.90s/scopegate-test-XXXXXX",
	    base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(d->path));
	snprintf(d->file, sizeof(d->file), "%s/file", d->path);
}

void
make_dir_done(struct make_dir *d)
{
	char old[sizeof(d->file) + 4];

	snprintf(old, sizeof(old), "%s.old", d->file);
	(void)unlink(old);
	(void)unlink(d->file);
	assert_int_equal(rmdir(d->path), 0);
}

void
make_file(const struct make_dir *d, const char *text, size_t length)
{
	int fd = open(d->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, length), length);
	assert_int_equal(close(fd), 0);
}

void
policy_done(struct policy *p)
{
	free(p->name);
	word_list_clear(&p->services);
	word_list_clear(&p->users);
	word_list_clear(&p->require);
	word_list_clear(&p->require_any);
	word_list_clear(&p->refuse);
	for (size_t i = 0; i < p->rhost_count; i++)
		free(p->rhosts[i].name);
	free(p->rhosts);
	for (size_t i = 0; i < p->claim_count; i++) {
		free(p->claims[i].name);
		word_list_clear(&p->claims[i].values);
	}
	free(p->claims);
}
