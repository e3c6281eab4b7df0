/* SPDX-License-Identifier: ISC */
/*
 * The part of an [issuer] section that says whose signatures count. A token
 * that nobody is asked about must bring everything itself, so the opt-outs that
 * introspection has are not all there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_check.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define KEYS_FILE_MAX JSON_DOCUMENT_MAX

static enum status
check_needed(struct issuer_exam *x)
{
	const struct signing *s = &x->issuer->signing;
	const struct {
		const char *key;
		bool written;
	} rows[] = {
	    {"jwks_uri", s->jwks_uri != NULL},
	    {"jwks_file", s->jwks_file != NULL},
	};

	if (x->issuer->introspection_signed && !issuer_introspects(x->issuer))
		return issuer_refuse(x, "introspection_signed",
		    "says nothing where nobody is asked about tokens: remove "
		    "it, or write `validation = introspect` or `both`");
	if (issuer_needs_keys(x->issuer))
		return STATUS_OK;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].written)
			return issuer_refuse(x, rows[i].key,
			    "says nothing without `validation = jwt`, `both` "
			    "or introspection_signed: remove it");
	}
	return STATUS_OK;
}

/* Whose absence a JWT must not hide. */
static enum status
check_opt_outs(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;
	bool any = i->audience != NULL && strcmp(i->audience, "none") == 0;

	if (!issuer_signs(i))
		return STATUS_OK;
	if (i->expiry == NONE)
		return issuer_refuse(x, "expiry",
		    "= none says nothing of signed tokens, which must state "
		    "when they expire (RFC 9068): remove it");
	if (any && i->signing.profile == JWT_LAX)
		return issuer_refuse(x, "audience",
		    "= none beside `jwt_profile = lax` would take the ID token "
		    "of any other app: write the audience of this host");
	return STATUS_OK;
}

static enum status
read_algorithms(struct issuer_exam *x)
{
	struct signing *s = &x->issuer->signing;
	char what[256];
	const char *bad = "";

	if (jws_algorithms_read(&s->algorithm_names, &s->algorithms, &bad) ==
	    STATUS_OK)
		return STATUS_OK;
	(void)snprintf(what, sizeof(what),
	    "names %.32s, which is not supported or stands there twice: there "
	    "are RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA",
	    bad);
	return issuer_refuse(x, "jwt_algorithms", what);
}

static enum status
check_uri(struct issuer_exam *x)
{
	const struct signing *s = &x->issuer->signing;
	char origin[URL_ORIGIN_MAX];
	const char *fault;

	if (s->jwks_uri == NULL)
		return STATUS_OK;
	if (s->jwks_file != NULL)
		return issuer_refuse(x, "jwks_file",
		    "stands beside jwks_uri, and only one can say which keys "
		    "count: remove one of the two");
	fault = config_url_fault(
	    s->jwks_uri, x->issuer->insecure_loopback, origin);
	return fault == NULL ? STATUS_OK : issuer_refuse(x, "jwks_uri", fault);
}

/* Whoever can write the file can let anybody in. */
static const char *
untrusted(const struct stat *st, const struct secret_reader *reader)
{
	if (!S_ISREG(st->st_mode))
		return "is not a regular file: name one";
	if (st->st_uid != 0 && st->st_uid != reader->uid)
		return "does not belong to root: chown it";
	/* At a reload we are not root any more. */
	if (st->st_uid != reader->uid &&
	    (st->st_mode & (S_IRGRP | S_IROTH)) == 0)
		return "cannot be read by the daemon's user: chmod a+r it";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "may be written by others: chmod go-w it";
	return NULL;
}

static enum status
read_file(struct issuer_exam *x, struct buf *ret)
{
	_cleanup_(close_fd) int fd = open(x->issuer->signing.jwks_file,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char chunk[4096], what[128];
	const char *fault;
	struct stat st;
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		fault = untrusted(&st, x->reader);
		if (fault != NULL)
			return issuer_refuse(x, "jwks_file", fault);
		while ((n = read(fd, chunk, sizeof(chunk))) > 0)
			(void)buf_append(ret, chunk, (size_t)n);
	}
	if (n < 0) {
		(void)snprintf(what, sizeof(what),
		    "cannot be read (%s): create it, or correct the path",
		    strerror(errno));
		return issuer_refuse(x, "jwks_file", what);
	}
	return ret->error == STATUS_OK
		   ? STATUS_OK
		   : issuer_refuse(
			 x, "jwks_file", "is over 256 KiB: leave old keys out");
}

struct left_out {
	char text[256];
	size_t count;
};

static void
note_left_out(void *context, size_t index, const char *kid, const char *why)
{
	struct left_out *l = context;

	(void)kid;
	if (l->count++ == 0)
		(void)snprintf(
		    l->text, sizeof(l->text), "key %zu: %s", index + 1, why);
}

/* Written by the operator, so a key that cannot be used is a mistake there,
 * and told before somebody waits for it. */
static enum status
read_keys(struct issuer_exam *x)
{
	struct signing *s = &x->issuer->signing;
	_cleanup_(buf_clear) struct buf document;
	struct left_out left_out = {.count = 0};
	const struct jwks_listener listener = {note_left_out, &left_out};
	const char *why = NULL;
	char what[384];
	enum status status;

	buf_init(&document, KEYS_FILE_MAX);
	if (s->jwks_file == NULL)
		return STATUS_OK;
	status = read_file(x, &document);
	if (status != STATUS_OK)
		return status;
	status =
	    jwks_read((struct text){buf_string(&document), document.length},
		&s->algorithms, &listener, &s->static_keys, &why);
	if (status == STATUS_NOMEM)
		return status;
	if (status == STATUS_OK && left_out.count == 0 &&
	    s->static_keys->count > 0)
		return STATUS_OK;
	(void)snprintf(what, sizeof(what), "is not good: %s: mend the file",
	    status != STATUS_OK	      ? why
	    : left_out.count > 0      ? left_out.text
				      : "it holds no key");
	return issuer_refuse(x, "jwks_file", what);
}

enum status
config_signing_check(struct issuer_exam *x)
{
	static enum status (*const checks[])(struct issuer_exam * x) = {
	    check_needed,
	    check_opt_outs,
	    read_algorithms,
	    check_uri,
	    read_keys,
	};

	for (size_t k = 0; k < ELEMENTS(checks); k++) {
		enum status s = checks[k](x);

		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}
