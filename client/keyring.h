/* SPDX-License-Identifier: ISC */
/*
 * Keys of type "user" in the user's keyring (keyrings(7)), by system calls: the
 * C library has none, and libkeyutils would be a library for four lines.
 * Nothing of them is ever on a disk, and they end when the machine does.
 */
#ifndef CLIENT_KEYRING_H
#define CLIENT_KEYRING_H

#include "scopegate/buf.h"
#include "scopegate/conf.h"
#include "scopegate/status.h"

/* STATUS_NOT_FOUND; STATUS_ABSENT: there is no keyring here to be used. */
enum status keyring_get(const char *name, struct buf *ret);
/* STATUS_ABSENT, or STATUS_TOO_BIG: over the user's quota. */
enum status keyring_put(const char *name, const struct buf *text);
enum status keyring_remove(const char *name);
enum status keyring_names(struct word_list *ret);

#endif
