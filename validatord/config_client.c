/* SPDX-License-Identifier: ISC */
/*
 * How an issuer's client shows who it is. A key that the chosen way has no use
 * for is refused: who wrote it believes in a protection that is not there. The
 * files are looked at as whoever will read them, and keys are parsed, so that
 * nothing of this shows only when somebody wants to log in.
 */
#include <stdbool.h>
#include <string.h>

#include "client_key.h"
#include "config_check.h"
#include "scopegate/cleanup.h"

#define WAY(w) (1u << CLIENT_AUTH_##w)
#define SECRET_WAYS (WAY(BASIC) | WAY(POST))
#define TLS_WAYS (WAY(TLS) | WAY(SELF_SIGNED_TLS))
#define ALL_WAYS (~0u)

static const struct key_row {
	const char *key;
	unsigned int used, needed; /* by which ways */
	const char *whose;
} rows[] = {
    {"client_secret_file", SECRET_WAYS, SECRET_WAYS,
	"client_secret_basic and client_secret_post"},
    {"basic_encoding", WAY(BASIC), 0, "client_secret_basic"},
    {"client_key_file", WAY(PRIVATE_KEY_JWT), WAY(PRIVATE_KEY_JWT),
	"private_key_jwt"},
    {"client_key_id", WAY(PRIVATE_KEY_JWT), 0, "private_key_jwt"},
    {"client_assertion_alg", WAY(PRIVATE_KEY_JWT), 0, "private_key_jwt"},
    {"client_assertion_audience", WAY(PRIVATE_KEY_JWT), 0, "private_key_jwt"},
    {"client_certificate_file", ALL_WAYS, TLS_WAYS, NULL},
    {"client_certificate_key_file", ALL_WAYS, TLS_WAYS, NULL},
    {"bearer_token_file", WAY(BEARER), 0, "bearer"},
    {"bearer_client_auth", WAY(BEARER), 0, "bearer"},
};

static bool
gets_bearer(const struct issuer *i)
{
	return i->client_auth == CLIENT_AUTH_BEARER &&
	       i->proof.bearer_token_file == NULL;
}

static unsigned int
ways_of(const struct issuer *i)
{
	unsigned int ways = 1u << i->client_auth;

	if (gets_bearer(i))
		ways |= 1u << i->proof.bearer_auth;
	return ways;
}

/* What a profile says and the site's way does not use is no fault. */
static bool
is_written(const struct issuer_exam *x, const char *key)
{
	return conf_line_of(x->seen, x->issuer, key) != 0;
}

/* Who only probes, or verifies what is signed, need not be one. */
static bool
is_client(const struct issuer *i)
{
	return i->validation != VALIDATION_PROBE &&
	       (i->validation != VALIDATION_JWT || i->client_id != NULL);
}

static enum status
check_keys(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;
	unsigned int ways = ways_of(i);

	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		const struct key_row *row = &rows[k];
		bool written = is_written(x, row->key);

		if (!written && (row->needed & ways) != 0 && is_client(i))
			return issuer_refuse_without(x, row->key);
		if (!written || (row->used & ways) != 0)
			continue;
		conf_error_set(x->error, i->file, issuer_line_of(x, row->key),
		    "%s stands beside `client_auth = %s`, and is for %s: "
		    "remove one of the two",
		    row->key, config_client_auths[i->client_auth], row->whose);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static enum status
check_way(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;

	if (i->sign_in.exchange == EXCHANGE_KITE &&
	    (ways_of(i) & SECRET_WAYS) == 0)
		return issuer_refuse(x, "client_auth",
		    "leaves `exchange = kite` without the secret that its "
		    "checksum is made with: remove it");
	if ((ways_of(i) & WAY(BASIC)) != 0 && i->client_id != NULL &&
	    i->proof.basic_encoding == BASIC_RAW &&
	    strchr(i->client_id, ':') != NULL)
		return issuer_refuse(x, "client_id",
		    "holds a colon, where `basic_encoding = raw` ends it (RFC "
		    "7617 section 2): remove that, or write `client_auth = "
		    "client_secret_post`");
	if (i->client_auth != CLIENT_AUTH_NONE)
		return STATUS_OK;
	if (issuer_introspects(i))
		return issuer_refuse(x, "client_auth",
		    "= none cannot introspect (RFC 7662 section 2.1): give "
		    "the client a secret, or write `validation = grant`");
	/* RFC 9700 section 2.1.1. */
	if (!i->sign_in.pkce)
		return issuer_refuse(x, "pkce",
		    "= no lets whoever sees a public client's code use it: "
		    "remove it, or give the client a secret");
	return STATUS_OK;
}

static enum status
check_certificate(struct issuer_exam *x)
{
	const struct client_proof *p = &x->issuer->proof;

	if (p->certificate_file != NULL && p->certificate_key_file == NULL)
		return issuer_refuse(x, "client_certificate_file",
		    "cannot be used without its private key: add "
		    "`client_certificate_key_file = FILE`");
	if (p->certificate_file == NULL && p->certificate_key_file != NULL)
		return issuer_refuse(x, "client_certificate_key_file",
		    "cannot be used without its certificate: add "
		    "`client_certificate_file = FILE`");
	if (p->certificate_file != NULL &&
	    strncmp(x->issuer->url, "http:", 5) == 0)
		return issuer_refuse(x, "client_certificate_file",
		    "is shown in TLS, which url has not: write https:// there "
		    "or remove the certificate");
	return STATUS_OK;
}

static enum status
check_bearer(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;

	if (i->client_auth != CLIENT_AUTH_BEARER)
		return STATUS_OK;
	/* RFC 6749 section 3.2.1: the token endpoint wants the client. */
	if (!issuer_introspects(i))
		return issuer_refuse(x, "client_auth",
		    "= bearer is for introspection alone: name the way that "
		    "the token endpoint takes, such as client_secret_basic");
	if (!gets_bearer(i) && is_written(x, "bearer_client_auth"))
		return issuer_refuse(x, "bearer_client_auth",
		    "says nothing beside bearer_token_file, which is the "
		    "token: remove one of the two");
	if (gets_bearer(i) && i->sign_in.token_endpoint == NULL)
		return issuer_refuse(x, "client_auth",
		    "= bearer gets its token at the token endpoint: add "
		    "`token_endpoint = URL`, or `bearer_token_file = FILE`");
	return STATUS_OK;
}

/* Base64 of 32 octets: 43 characters, the last with two bits to spare, "=". */
static bool
is_pin(const char *word)
{
	static const char start[] = "sha256//";
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/";
	const char *pin = word + sizeof(start) - 1;

	return strncmp(word, start, sizeof(start) - 1) == 0 &&
	       strspn(pin, digits) == 43 && strcmp(pin + 43, "=") == 0 &&
	       strchr("AEIMQUYcgkosw048", pin[42]) != NULL;
}

static enum status
check_pins(struct issuer_exam *x)
{
	static const char key[] = "tls_pins";
	const struct word_list *pins = &x->issuer->tls_pins;

	if (pins->count > 0 && strncmp(x->issuer->url, "http:", 5) == 0)
		return issuer_refuse(x, key,
		    "are held against a certificate, and url is plain http://: "
		    "write https:// there or remove the pins");
	for (size_t i = 0; i < pins->count; i++) {
		if (!is_pin(pins->words[i]))
			return issuer_refuse(x, key,
			    "holds a word that is no sha256//BASE64 of a "
			    "public "
			    "key: make it as validatord.conf(5) shows");
	}
	return STATUS_OK;
}

enum status
config_client_check(struct issuer_exam *x)
{
	static enum status (*const checks[])(struct issuer_exam * x) = {
	    check_bearer,
	    check_keys,
	    check_way,
	    check_certificate,
	    check_pins,
	};

	for (size_t k = 0; k < ELEMENTS(checks); k++) {
		enum status s = checks[k](x);

		if (s != STATUS_OK)
			return s;
	}
	return STATUS_OK;
}

typedef enum status file_read(const char *path,
    const struct secret_reader *reader, struct secret *ret,
    struct conf_error *ret_error);

/* STATUS_OK and an empty secret where the key names no file. */
static enum status
read_file(const struct issuer_exam *x, const char *key, const char *path,
    file_read *read, struct secret *ret)
{
	struct conf_error e = {.text = ""};
	enum status s;

	if (path == NULL)
		return STATUS_OK;
	s = read(path, x->reader, ret, &e);
	/* Whose the file should be cannot be said of nobody. */
	if (s != STATUS_OK && x->reader->absent != NULL)
		conf_error_set(x->error, x->issuer->file,
		    issuer_line_of(x, key),
		    "%s is to be read by user %s, who " NO_ACCOUNT, key,
		    x->reader->absent);
	else if (s != STATUS_OK)
		conf_error_set(x->error, x->issuer->file,
		    issuer_line_of(x, key), "%s %s", key, e.text);
	return s;
}

static enum status
check_signing_key(const struct issuer_exam *x)
{
	static const char key[] = "client_key_file";
	const struct client_proof *p = &x->issuer->proof;
	_cleanup_(secret_clear) struct secret pem = {0};
	_cleanup_(client_key_free) EVP_PKEY *parsed = NULL;
	enum assertion_alg alg;
	enum status s = read_file(x, key, p->key_file, key_file_read, &pem);
	const char *fault;

	if (s != STATUS_OK || p->key_file == NULL)
		return s;
	fault = client_key_parse(&pem, &parsed);
	if (fault == NULL)
		fault = client_key_alg(
		    parsed, (enum assertion_alg)p->assertion_alg, &alg);
	return fault == NULL ? STATUS_OK : issuer_refuse(x, key, fault);
}

static enum status
check_certificate_files(const struct issuer_exam *x)
{
	static const char certificate[] = "client_certificate_file";
	static const char key[] = "client_certificate_key_file";
	const struct client_proof *p = &x->issuer->proof;
	_cleanup_(secret_clear) struct secret shown = {0}, pem = {0};
	_cleanup_(client_key_free) EVP_PKEY *parsed = NULL;
	enum status s = read_file(
	    x, certificate, p->certificate_file, certificate_file_read, &shown);
	const char *fault;

	if (s == STATUS_OK)
		s = read_file(
		    x, key, p->certificate_key_file, key_file_read, &pem);
	if (s != STATUS_OK || p->certificate_file == NULL)
		return s;
	fault = client_key_parse(&pem, &parsed);
	if (fault != NULL)
		return issuer_refuse(x, key, fault);
	fault = client_certificate_fault(&shown, parsed);
	return fault == NULL ? STATUS_OK : issuer_refuse(x, certificate, fault);
}

enum status
config_client_files_check(struct issuer_exam *x)
{
	const struct issuer *i = x->issuer;
	_cleanup_(secret_clear) struct secret secret = {0}, token = {0};
	enum status s = read_file(x, "client_secret_file",
	    i->client_secret_file, secret_file_read, &secret);

	if (s == STATUS_OK)
		s = read_file(x, "bearer_token_file",
		    i->proof.bearer_token_file, token_file_read, &token);
	if (s == STATUS_OK)
		s = check_signing_key(x);
	return s == STATUS_OK ? check_certificate_files(x) : s;
}
