/* SPDX-License-Identifier: ISC */
/* The numbers of a JSON Web Key as a key of libcrypto, RFC 7518 section 6. */
#ifndef JOSE_PUBLIC_KEY_H
#define JOSE_PUBLIC_KEY_H

#include <openssl/evp.h>

#include "jose/jws_algorithm.h"
#include "scopegate/json.h"
#include "scopegate/status.h"

/* STATUS_INVALID with a static sentence in *ret_why, or STATUS_NOMEM. The
 * caller frees *ret with EVP_PKEY_free(). */
enum status public_key_read(const struct json_value *object,
    const struct jws_algorithm *algorithm, EVP_PKEY **ret,
    const char **ret_why);

#endif
