/* SPDX-License-Identifier: ISC */
/*
 * The order of files is the order of policies, and the first policy decides:
 * so it follows the bytes of the names, not a locale, and a folder into which
 * others could put a file is refused.
 */
#include "config_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define FOLDER "policy.d"
#define ENDING ".conf"

static void
release_folder(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

static enum status
check_folder(int fd, const char *path, struct conf_error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		conf_error_set(e, path, 0,
		    "cannot be looked at (%s): check the disk",
		    strerror(errno));
		return STATUS_IO;
	}
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		conf_error_set(e, path, 0, "belongs to uid %u: chown root '%s'",
		    (unsigned int)st.st_uid, path);
		return STATUS_FORBIDDEN;
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		conf_error_set(
		    e, path, 0, "others may write it: chmod go-w '%s'", path);
		return STATUS_FORBIDDEN;
	}
	return STATUS_OK;
}

/* Not an editor's backup, not a hidden file. */
static bool
is_wanted(const char *name)
{
	size_t n = strlen(name), ending = sizeof(ENDING) - 1;

	return name[0] != '.' && n > ending &&
	       strcmp(name + n - ending, ENDING) == 0;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status
add_path(struct word_list *l, const char *folder, const char *name)
{
	_cleanup_(buf_clear) struct buf path;

	buf_init(&path, PATH_MAX);
	if (buf_format(&path, "%s/%s", folder, name) != STATUS_OK)
		return path.error;
	return word_list_add(l, buf_string(&path), path.length);
}

enum status
config_folder_list(const char *path, struct word_list *l, struct conf_error *e)
{
	_cleanup_(release_folder) DIR *folder = NULL;
	size_t first = l->count;
	const struct dirent *entry;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status s;

	if (fd < 0 && errno == ENOENT)
		return STATUS_OK;
	folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (folder == NULL) {
		conf_error_set(e, path, 0,
		    "cannot be read (%s): chmod go+rx '%s', or remove it",
		    strerror(errno), path);
		close_fd(&fd);
		return STATUS_IO;
	}
	s = check_folder(fd, path, e);
	while (s == STATUS_OK && (entry = readdir(folder)) != NULL) {
		if (!is_wanted(entry->d_name))
			continue;
		if (l->count - first == CONFIG_FILES_MAX) {
			conf_error_set(e, path, 0,
			    "holds more than %d files: join some",
			    CONFIG_FILES_MAX);
			return STATUS_TOO_BIG;
		}
		s = add_path(l, path, entry->d_name);
	}
	if (s == STATUS_OK && l->count > first)
		qsort(l->words + first, l->count - first, sizeof(*l->words),
		    compare);
	return s;
}

enum status
config_files_list(
    const char *path, struct word_list *ret, struct conf_error *ret_error)
{
	_cleanup_(word_list_clear) struct word_list l = {0};
	_cleanup_(buf_clear) struct buf folder;
	const char *slash = strrchr(path, '/');
	enum status s = word_list_add(&l, path, strlen(path));

	buf_init(&folder, PATH_MAX);
	if (slash != NULL)
		(void)buf_append(&folder, path, (size_t)(slash - path) + 1);
	(void)buf_append_string(&folder, FOLDER);
	conf_error_set(ret_error, path, 0, "out of memory: free some");
	if (s == STATUS_OK && folder.error != STATUS_OK)
		s = folder.error;
	if (s == STATUS_OK)
		s = config_folder_list(buf_string(&folder), &l, ret_error);
	if (s != STATUS_OK)
		return s;
	*ret = l;
	l = (struct word_list){0};
	return STATUS_OK;
}
