/* SPDX-License-Identifier: ISC */
/* The folder, the store and what SQLite keeps beside it. */
#include "temporary_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
temporary_store_make(struct temporary_store *t)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(t->directory, sizeof(t->directory), "%s/brokerd.XXXXXX",
	    base == NULL ? "/tmp" : base);
	if (mkdtemp(t->directory) == NULL)
		return -1;
	(void)snprintf(t->path, sizeof(t->path), "%s/store", t->directory);
	return store_create(t->path, &t->store) == STATUS_OK ? 0 : -1;
}

void
temporary_store_remove(struct temporary_store *t)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	char path[192];

	store_freep(&t->store);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", t->path, endings[i]);
		(void)unlink(path);
	}
	(void)rmdir(t->directory);
}
