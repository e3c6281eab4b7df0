/* SPDX-License-Identifier: ISC */
#include "jose/jws_algorithm.h"

#include <string.h>

#include "scopegate/cleanup.h"

static const struct jws_algorithm rows[JWS_ALGORITHMS_MAX] = {
    {"RS256", "RSA", NULL, "SHA256", false, 0},
    {"PS256", "RSA", NULL, "SHA256", true, 0},
    {"ES256", "EC", "P-256", "SHA256", false, 64},
    {"EdDSA", "OKP", "Ed25519", NULL, false, 64},
    {"RS384", "RSA", NULL, "SHA384", false, 0},
    {"RS512", "RSA", NULL, "SHA512", false, 0},
    {"PS384", "RSA", NULL, "SHA384", true, 0},
    {"PS512", "RSA", NULL, "SHA512", true, 0},
    {"ES384", "EC", "P-384", "SHA384", false, 96},
    {"ES512", "EC", "P-521", "SHA512", false, 132},
};

/* The first of `rows` are what JWS_ALGORITHMS_DEFAULT says. */
#define DEFAULTS 4

const struct jws_algorithm *
jws_algorithm_named(const char *name)
{
	if (strcmp(name, "Ed25519") == 0)
		name = "EdDSA";
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

bool
jws_algorithms_have(
    const struct jws_algorithms *a, const struct jws_algorithm *row)
{
	for (size_t i = 0; i < a->count; i++) {
		if (a->row[i] == row)
			return true;
	}
	return false;
}

enum status
jws_algorithms_read(const struct word_list *names, struct jws_algorithms *ret,
    const char **ret_bad)
{
	*ret = (struct jws_algorithms){.count = 0};
	for (size_t i = 0; i < names->count; i++) {
		const struct jws_algorithm *row =
		    jws_algorithm_named(names->words[i]);

		if (row == NULL || jws_algorithms_have(ret, row)) {
			*ret_bad = names->words[i];
			return STATUS_INVALID;
		}
		ret->row[ret->count++] = row;
	}
	for (size_t i = 0; names->count == 0 && i < DEFAULTS; i++)
		ret->row[ret->count++] = &rows[i];
	return STATUS_OK;
}
