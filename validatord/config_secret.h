/* SPDX-License-Identifier: ISC */
/* Client secrets, keys and certificates, as the user who will read them sees
 * them. */
#ifndef VALIDATORD_CONFIG_SECRET_H
#define VALIDATORD_CONFIG_SECRET_H

#include <sys/types.h>

#include "config.h"
#include "scopegate/secret.h"

/* Who reads the secret in the end: decide checks it while it is still root. */
struct secret_reader {
	uid_t uid;
	const char *name; /* for `chown`; NULL: say the number */
	const char *absent; /* the account that should read it and is not there;
			     * NULL: none */
};

/* As config_read_secret(), for another reader. */
enum status secret_file_read(const char *path,
    const struct secret_reader *reader, struct secret *ret,
    struct conf_error *ret_error);

/* A bearer token on one line, at most 16 KiB: as strict with the file. */
enum status token_file_read(const char *path,
    const struct secret_reader *reader, struct secret *ret,
    struct conf_error *ret_error);
/* PEM text of at most 32 KiB, also several lines; client_key.h reads it. */
enum status key_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error);
/* A certificate is no secret: any owner and mode will do. */
enum status certificate_file_read(const char *path,
    const struct secret_reader *reader, struct secret *ret,
    struct conf_error *ret_error);

#endif
