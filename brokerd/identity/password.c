/* SPDX-License-Identifier: ISC */
/*
 * The only user of <crypt.h>. Verifying is slow on purpose (yescrypt), so
 * callers must not hold the store's lock meanwhile.
 */
#include "identity/password.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <crypt.h>
#include <openssl/crypto.h>

#include "hash.h"
#include "scopegate/cleanup.h"

/* Of a password nobody knows: its input was random and thrown away. */
static const char nobody[] = "$y$j9T$mxCc2v.C1OJwgkCf9sLLy1$"
			     "l92wJAty6Uq3NP85zUl4BWRJKjrEeaDIaeAtEF0l.S8";

_Static_assert(PASSWORD_HASH_SIZE >= CRYPT_OUTPUT_SIZE, "crypt(3) output");

static void
crypt_data_free(struct crypt_data **d)
{
	if (*d == NULL)
		return;
	explicit_bzero(*d, sizeof(**d));
	free(*d);
}

static enum status
hash_with(
    const char *password, const char *setting, char ret[PASSWORD_HASH_SIZE])
{
	/* 32 KiB: too large for the stack of a small thread. */
	_cleanup_(crypt_data_free) struct crypt_data *d = calloc(1, sizeof(*d));
	const char *out;

	if (d == NULL)
		return STATUS_NOMEM;
	out = crypt_r(password, setting, d);
	if (out == NULL || out[0] == '*')
		return STATUS_INVALID;
	memcpy(ret, out, strlen(out) + 1);
	return STATUS_OK;
}

enum status
password_hash(const char *password, char ret[PASSWORD_HASH_SIZE])
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	if (password[0] == '\0' || strlen(password) > PASSWORD_MAX)
		return STATUS_INVALID;
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) ==
	    NULL)
		return STATUS_IO;
	return hash_with(password, setting, ret);
}

bool
password_matches(const char *password, const char *hash)
{
	char computed[PASSWORD_HASH_SIZE];
	const char *wanted = hash == NULL ? nobody : hash;
	bool same;

	if (strlen(password) > PASSWORD_MAX ||
	    hash_with(password, wanted, computed) != STATUS_OK)
		return false;
	same = strlen(computed) == strlen(wanted) &&
	       CRYPTO_memcmp(computed, wanted, strlen(wanted)) == 0;
	explicit_bzero(computed, sizeof(computed));
	return same && hash != NULL;
}

/* Of those long enough, the ones that everybody tries first (NIST SP 800-63B
 * section 5.1.1.2), without regard to case. */
static bool
is_well_known(const char *password)
{
	static const char *const known[] = {
	    "00000000",
	    "11111111",
	    "1234567890",
	    "123123123",
	    "12341234",
	    "12345678",
	    "123456789",
	    "1q2w3e4r",
	    "1q2w3e4r5t",
	    "1qaz2wsx",
	    "87654321",
	    "987654321",
	    "aaaaaaaa",
	    "abcd1234",
	    "abc12345",
	    "adminadmin",
	    "administrator",
	    "asdfasdf",
	    "asdfghjkl",
	    "baseball",
	    "changeme",
	    "computer",
	    "football",
	    "iloveyou",
	    "internet",
	    "letmein1",
	    "michelle",
	    "passw0rd",
	    "password",
	    "password1",
	    "password12",
	    "password123",
	    "princess",
	    "qwer1234",
	    "qwertyui",
	    "qwertyuiop",
	    "qwerty123",
	    "sunshine",
	    "superman",
	    "trustno1",
	    "welcome1",
	    "welcome123",
	};

	for (size_t i = 0; i < ELEMENTS(known); i++) {
		if (strcasecmp(password, known[i]) == 0)
			return true;
	}
	return false;
}

const char *
password_problem(const char *name, const char *password)
{
	if (password == NULL || strlen(password) < PASSWORD_LEAST)
		return "This is shorter than 8 characters.";
	if (strlen(password) > PASSWORD_MAX)
		return "This is longer than 256 octets.";
	if (name != NULL && strcmp(name, password) == 0)
		return "This is the user name.";
	if (is_well_known(password))
		return "This is one of the passwords that are tried first. "
		       "Choose another.";
	return NULL;
}

enum status
password_generate(char ret[PASSWORD_GENERATED_SIZE])
{
	/* 32 signs, so that five bits choose one; no 0 o 1 l. */
	static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
	struct digest random;
	enum status status = random_digest(&random);
	size_t at = 0;

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < 16; i++) {
		if (i > 0 && i % 4 == 0)
			ret[at++] = '-';
		ret[at++] = signs[random.bytes[i] & 31];
	}
	ret[at] = '\0';
	explicit_bzero(&random, sizeof(random));
	return STATUS_OK;
}
