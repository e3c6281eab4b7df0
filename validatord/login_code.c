/* SPDX-License-Identifier: ISC */
#include "login_code.h"

#include <stdlib.h>
#include <string.h>

#include "nonce.h"

/* Found by its digest, so that neither a search nor a dump tells a code. */

struct row {
	struct digest_node node; /* SHA-256 of the code */
	char user[USER_MAX + 1];
	char service[SERVICE_MAX + 1];
	char host[RHOST_MAX + 1];
	struct secret token;
	int64_t until_us;
};

struct login_codes {
	struct digest_table table;
};

static void
row_release(struct digest_node *node)
{
	struct row *r = (struct row *)node;

	secret_clear(&r->token);
	free(r);
}

struct login_codes *
login_codes_new(void)
{
	struct login_codes *l = calloc(1, sizeof(*l));

	if (l != NULL &&
	    !digest_table_init(&l->table, LOGIN_CODES_MAX, row_release)) {
		free(l);
		return NULL;
	}
	return l;
}

void
login_codes_free(struct login_codes *l)
{
	if (l == NULL)
		return;
	digest_table_clear(&l->table);
	free(l);
}

size_t
login_codes_count(const struct login_codes *l)
{
	return l->table.count;
}

bool
login_code_like(struct text token)
{
	const size_t prefix = sizeof(LOGIN_CODE_PREFIX) - 1;

	if (token.length != LOGIN_CODE_SIZE - 1 ||
	    memcmp(token.bytes, LOGIN_CODE_PREFIX, prefix) != 0)
		return false;
	for (size_t i = prefix; i < token.length; i++) {
		if (memchr(NONCE_LETTERS, token.bytes[i],
			sizeof(NONCE_LETTERS) - 1) == NULL)
			return false;
	}
	return true;
}

static bool
copy(char *ret, size_t size, struct text t)
{
	if (t.length >= size)
		return false;
	memcpy(ret, t.bytes, t.length);
	ret[t.length] = '\0';
	return true;
}

bool
login_codes_make(struct login_codes *l, struct text token, struct text user,
    struct text service, struct text host, int64_t now_us,
    char ret[LOGIN_CODE_SIZE])
{
	const size_t prefix = sizeof(LOGIN_CODE_PREFIX) - 1;
	struct row *r = calloc(1, sizeof(*r));
	struct digest digest;

	memcpy(ret, LOGIN_CODE_PREFIX, prefix);
	if (r == NULL || !copy(r->user, sizeof(r->user), user) ||
	    !copy(r->service, sizeof(r->service), service) ||
	    !copy(r->host, sizeof(r->host), host) ||
	    secret_set(&r->token, token.bytes, token.length) != STATUS_OK ||
	    !nonce_readable(ret + prefix, LOGIN_CODE_SIZE - 1 - prefix) ||
	    !digest_of(text_of(ret), &digest)) {
		if (r != NULL)
			row_release(&r->node);
		return false;
	}
	memcpy(r->node.key, digest.bytes, sizeof(digest.bytes));
	r->until_us = now_us + (int64_t)LOGIN_CODE_LIFE_MS * 1000;
	digest_table_add(&l->table, &r->node);
	return true;
}

bool
login_codes_take(struct login_codes *l, struct text code, struct text user,
    struct text service, const char *host, int64_t now_us, struct secret *ret)
{
	struct digest digest;
	struct row *r;
	bool good;

	if (!digest_of(code, &digest))
		return false;
	r = (struct row *)digest_table_find(&l->table, digest.bytes);
	if (r == NULL)
		return false;
	good = now_us < r->until_us && text_equal_string(user, r->user) &&
	       text_equal_string(service, r->service) &&
	       strcmp(host, r->host) == 0;
	if (good) {
		*ret = r->token;
		r->token = (struct secret){0};
	}
	digest_table_remove(&l->table, &r->node);
	return good;
}
