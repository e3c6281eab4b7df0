/* SPDX-License-Identifier: ISC */
/*
 * A configuration file, read and checked whole. What is accepted must be fit
 * to decide by; what is refused must say what is wrong. "@SECRET@" in an input
 * stands for the path of a secret file that is as it should be.
 */
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "fuzz.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define PLACEHOLDER "@SECRET@"
#define SECRET "not-a-secret"

static char secret_path[256];

static void
remove_secret(void)
{
	(void)unlink(secret_path);
}

static void
make_secret(void)
{
	const char *folder = getenv("TMPDIR");
	const struct passwd *nobody = getpwnam("nobody");
	static bool made;
	_cleanup_(close_fd) int fd = -1;

	if (made)
		return;
	(void)snprintf(secret_path, sizeof(secret_path),
	    "%s/scopegate-fuzz.XXXXXX",
	    folder != NULL && folder[0] == '/' ? folder : "/tmp");
	fd = mkstemp(secret_path);
	REQUIRE(fd >= 0 && write(fd, SECRET "\n", 13) == 13);
	/* Root reads a secret only for the daemon's user, who is not root. */
	if (geteuid() == 0 && nobody != NULL)
		REQUIRE(fchown(fd, nobody->pw_uid, nobody->pw_gid) == 0);
	made = true;
	REQUIRE(atexit(remove_secret) == 0);
}

static void
put_text(struct buf *b, const char *text, size_t size)
{
	const size_t length = strlen(PLACEHOLDER);

	for (size_t i = 0; i < size;) {
		if (size - i >= length &&
		    memcmp(text + i, PLACEHOLDER, length) == 0) {
			(void)buf_append_string(b, secret_path);
			i += length;
		} else {
			(void)buf_append_byte(b, (uint8_t)text[i++]);
		}
	}
}

/* A file in memory, ours alone, under a path that can be opened. */
static int
open_config(const struct buf *text, char path[static 64])
{
	_cleanup_(close_fd) int fd = memfd_create("config", MFD_CLOEXEC);

	REQUIRE(fd >= 0 && fchmod(fd, 0600) == 0);
	REQUIRE(text->length == 0 ||
		write(fd, text->data, text->length) == (ssize_t)text->length);
	(void)snprintf(path, 64, "/proc/self/fd/%d", fd);
	return take_fd(&fd);
}

/* Nobody is asked without what shows who asks. */
static void
check_client(const struct issuer *i)
{
	const struct client_proof *p = &i->proof;

	REQUIRE(
	    (p->certificate_file != NULL) == (p->certificate_key_file != NULL));
	if (i->validation == VALIDATION_PROBE)
		return;
	REQUIRE(i->client_id != NULL);
	switch ((enum client_auth)i->client_auth) {
	case CLIENT_AUTH_BASIC:
	case CLIENT_AUTH_POST:
		REQUIRE(i->client_secret_file != NULL);
		break;
	case CLIENT_AUTH_PRIVATE_KEY_JWT:
		REQUIRE(p->key_file != NULL);
		break;
	case CLIENT_AUTH_TLS:
	case CLIENT_AUTH_SELF_SIGNED_TLS:
		REQUIRE(p->certificate_file != NULL);
		break;
	case CLIENT_AUTH_BEARER:
		REQUIRE(p->bearer_token_file != NULL ||
			i->sign_in.token_endpoint != NULL);
		break;
	case CLIENT_AUTH_NONE:
		REQUIRE(i->validation != VALIDATION_INTROSPECT);
		break;
	}
}

static void
check_issuer(const struct issuer *i)
{
	REQUIRE(i->url != NULL);
	REQUIRE(strncmp(i->url, "https://", 8) == 0 || i->insecure_loopback);
	for (size_t k = 0; k < i->introspection_endpoints.count; k++)
		REQUIRE(strncmp(i->introspection_endpoints.words[k], "https://",
			    8) == 0 ||
			i->insecure_loopback);
	for (size_t k = 0; k < i->tls_pins.count; k++)
		REQUIRE(strlen(i->tls_pins.words[k]) == 52);
	check_client(i);
	REQUIRE((i->user_claim != NULL) != (i->user_map_file != NULL));
	REQUIRE(i->cache_ms >= 0 && i->cache_ms <= CACHE_MAX_S * 1000);
	REQUIRE(i->leeway_ms >= 0 && i->leeway_ms <= LEEWAY_MAX_S * 1000);
}

static void
check_policy(const struct config *c, const struct policy *p)
{
	REQUIRE(p->services.count > 0);
	REQUIRE(
	    p->issuer != NULL && p->issuer == config_issuer(c, p->issuer_name));
	/* Whoever has a token gets in: never by leaving a line out. */
	REQUIRE(p->require.count + p->require_any.count + p->claim_count > 0);
	REQUIRE(p->max_age_ms >= 0);
	for (size_t i = 0; i < p->require.count; i++)
		REQUIRE(!word_list_has(&p->refuse, p->require.words[i]));
}

static void
check_config(const struct config *c)
{
	static char warnings[64][256];
	size_t count = config_warnings(c, warnings, ELEMENTS(warnings));

	for (size_t i = 0; i < count; i++)
		REQUIRE(strlen(warnings[i]) < sizeof(warnings[i]));
	REQUIRE(c->issuer_count > 0 && c->policy_count > 0);
	REQUIRE(c->services != NULL && c->audit_log != NULL);
	REQUIRE(c->failure_floor_ms >= 0);
	for (size_t i = 0; i < c->issuer_count; i++)
		check_issuer(&c->issuers[i]);
	for (size_t i = 0; i < c->policy_count; i++)
		check_policy(c, &c->policies[i]);
}

/* Does the input itself say what the secret file holds? */
static bool
has_secret(const struct buf *text)
{
	return memmem(text->data, text->length, SECRET, strlen(SECRET)) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(buf_clear) struct buf text = {.maximum = 1 << 20};
	_cleanup_(config_unrefp) struct config *c = NULL;
	_cleanup_(close_fd) int fd = -1;
	struct conf_error error = {0};
	char path[64];

	make_secret();
	put_text(&text, (const char *)data, size);
	if (text.error != STATUS_OK)
		return 0;
	fd = open_config(&text, path);
	if (config_load(path, &c, &error) == STATUS_OK) {
		check_config(c);
		return 0;
	}
	REQUIRE(c == NULL);
	REQUIRE(error.text[0] != '\0' && strchr(error.text, '\n') == NULL);
	REQUIRE(strstr(error.text, SECRET) == NULL || has_secret(&text));
	return 0;
}
