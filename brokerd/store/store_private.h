/* SPDX-License-Identifier: ISC */
/* What store.c and query.c share, and nobody else. */
#ifndef BROKERD_STORE_PRIVATE_H
#define BROKERD_STORE_PRIVATE_H

#include <sqlite3.h>

#include "store/store.h"

struct kept_statement {
	const char *sql;
	sqlite3_stmt *statement;
};

struct store {
	sqlite3 *db;
	struct kept_statement kept[STORE_STATEMENTS_MAX];
	size_t kept_count;
	bool took_event;
};

enum status store_status_of(int code);

#endif
