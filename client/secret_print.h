/* SPDX-License-Identifier: ISC */
/* The one way by which a secret leaves: to standard output, past stdio, whose
 * buffer nobody wipes. */
#ifndef CLIENT_SECRET_PRINT_H
#define CLIENT_SECRET_PRINT_H

#include <stdbool.h>

#include "scopegate/secret.h"

/* With a newline. false: it could not be written; errno says why. */
bool secret_print(const struct secret *s);

#endif
