/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target over each file of its corpus and says so in TAP. An input
 * that breaks a property ends the program, whose plan then does not add up.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "scopegate/cleanup.h"

#define PATH_SIZE 4096

/* Storage of the file's very size, so that a sanitizer sees one octet more. */
static uint8_t *
read_file(const char *path, size_t *ret_size)
{
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(free_ptr) uint8_t *data = NULL;
	size_t size, have = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return NULL;
	size = (size_t)st.st_size;
	data = malloc(size > 0 ? size : 1);
	while (data != NULL && have < size) {
		ssize_t n = read(fd, data + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		have += (size_t)n;
	}
	*ret_size = size;
	return TAKE_PTR(data);
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
replay(const char *folder, const char *name)
{
	_cleanup_(free_ptr) uint8_t *data = NULL;
	char path[PATH_SIZE];
	size_t size = 0;
	int n = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	data = read_file(path, &size);
	return data != NULL && LLVMFuzzerTestOneInput(data, size) == 0;
}

/* An argument is another folder; else it is the target's own corpus. */
int
main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char folder[PATH_SIZE];
	struct dirent **entries = NULL;
	bool good = true;
	int count, n;

	if (argc > 1)
		n = snprintf(folder, sizeof(folder), "%s", argv[1]);
	else
		n = snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
		    top != NULL ? top : ".", FUZZ_CORPUS);
	count = n > 0 && (size_t)n < sizeof(folder)
		    ? scandir(folder, &entries, not_hidden, alphasort)
		    : -1;
	if (count <= 0) {
		printf("1..1\nnot ok 1 - %s holds inputs\n", folder);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		bool passed;

		printf("# %s\n", entries[i]->d_name);
		(void)fflush(stdout);
		passed = replay(folder, entries[i]->d_name);
		good = good && passed;
		printf("%s %d - %s\n", passed ? "ok" : "not ok", i + 1,
		    entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return good ? 0 : 1;
}
