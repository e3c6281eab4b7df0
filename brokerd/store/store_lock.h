/* SPDX-License-Identifier: ISC */
/*
 * Who serves a store holds a lock for it: what is counted in memory would be
 * counted twice by two, and `brokerd init --force` would take the file away
 * under one. Other commands need no lock, SQLite has its own.
 */
#ifndef BROKERD_STORE_LOCK_H
#define BROKERD_STORE_LOCK_H

#include "scopegate/status.h"

/*
 * Until *ret_fd is closed. STATUS_BUSY: somebody holds it. STATUS_NOT_FOUND:
 * there is no store. Logs any other failure.
 *
 * The lock is on a file of its own, STORE.lock, which stays: closing the
 * store's file would drop the POSIX locks that SQLite holds on it, and
 * removing a lock file lets two hold it at once.
 */
enum status store_lock(const char *path, int *ret_fd);

#endif
