/* SPDX-License-Identifier: ISC */
/* A broker's store in a folder of its own, for the length of a test. */
#ifndef TEMPORARY_STORE_H
#define TEMPORARY_STORE_H

#include "store/store.h"

struct temporary_store {
	char directory[128];
	char path[160];
	struct store *store;
};

int temporary_store_make(struct temporary_store *t); /* 0, or -1 */
void temporary_store_remove(struct temporary_store *t);

#endif
