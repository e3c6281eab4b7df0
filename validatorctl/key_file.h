/* SPDX-License-Identifier: ISC */
/* A key set that the operator names. */
#ifndef VALIDATORCTL_KEY_FILE_H
#define VALIDATORCTL_KEY_FILE_H

#include "jose/jwks.h"

/* EXIT_DONE, or EXIT_CONFIG after saying why not. Each key that is left out is
 * told on standard error. */
int key_set_read(const char *path, const struct jws_algorithms *algorithms,
    struct jwks **ret);

#endif
