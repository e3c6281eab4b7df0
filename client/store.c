/* SPDX-License-Identifier: ISC */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"
#include "scopegate/cleanup.h"
#include "token_file.h"
#include "token_folder.h"

struct store {
	enum storage storage;
	int folder;
	int lock;
};

struct store *
store_open(enum storage storage, char ret_problem[PROBLEM_SIZE])
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)snprintf(ret_problem, PROBLEM_SIZE, "out of memory");
		return NULL;
	}
	s->storage = storage;
	s->lock = -1;
	s->folder = token_folder_open(ret_problem);
	if (s->folder >= 0)
		return s;
	free(s);
	return NULL;
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	close_fd(&s->lock);
	close_fd(&s->folder);
	free(s);
}

void
store_freep(struct store **s)
{
	store_free(*s);
}

enum status
store_lock(struct store *s, const char *issuer, char ret_problem[PROBLEM_SIZE])
{
	close_fd(&s->lock);
	s->lock = token_file_lock(s->folder, issuer);
	if (s->lock >= 0)
		return STATUS_OK;
	(void)snprintf(ret_problem, PROBLEM_SIZE,
	    "the lock of %s cannot be had in %s: %s", issuer,
	    token_folder_path(), strerror(errno));
	return STATUS_IO;
}

/* A token set is in one place, wherever the settings of that day put it. */
enum status
store_get(struct store *s, const char *issuer, struct token_set *ret,
    char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	enum status status;

	buf_init_sensitive(&text, TOKEN_SET_MAX);
	status = keyring_get(issuer, &text);
	if (status == STATUS_NOT_FOUND || status == STATUS_ABSENT)
		status = token_file_get(s->folder, issuer, &text, ret_problem);
	else if (status != STATUS_OK)
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the token of %s cannot be read from the keyring: %s",
		    issuer, status_text(status));
	if (status != STATUS_OK)
		return status;
	status = token_set_read(buf_string(&text), text.length, ret);
	if (status != STATUS_OK)
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "what is kept of %s is not a token: scopegate logout %s, "
		    "then log in again",
		    issuer, issuer);
	return status;
}

static enum status
put_text(struct store *s, const char *issuer, const struct buf *text,
    const char **ret_where, char ret_problem[PROBLEM_SIZE])
{
	enum status status = STATUS_ABSENT;

	*ret_where = "in the kernel's keyring, until this machine is switched "
		     "off";
	if (s->storage != STORAGE_FILE)
		status = keyring_put(issuer, text);
	if (status == STATUS_OK) {
		(void)token_file_remove(s->folder, issuer);
		return status;
	}
	if (s->storage == STORAGE_KEYRING) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the kernel's keyring does not take the token (%s): write "
		    "storage = auto, or file",
		    status == STATUS_TOO_BIG ? "it is over the quota"
					     : "there is none here");
		return status;
	}
	*ret_where = "in a file that only you can read";
	status = token_file_put(s->folder, issuer, text, ret_problem);
	if (status == STATUS_OK)
		(void)keyring_remove(issuer);
	return status;
}

enum status
store_put(struct store *s, const char *issuer, const struct token_set *t,
    const char **ret_where, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	enum status status;

	buf_init_sensitive(&text, TOKEN_SET_MAX);
	status = token_set_write(t, &text);
	if (status != STATUS_OK) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the token cannot be kept: %s", status_text(status));
		return status;
	}
	return put_text(s, issuer, &text, ret_where, ret_problem);
}

enum status
store_remove(
    struct store *s, const char *issuer, char ret_problem[PROBLEM_SIZE])
{
	enum status key = keyring_remove(issuer);
	enum status file = token_file_remove(s->folder, issuer);

	if (file == STATUS_IO) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "the file of %s cannot be removed", issuer);
		return file;
	}
	return key == STATUS_OK || file == STATUS_OK ? STATUS_OK
						     : STATUS_NOT_FOUND;
}

enum status
store_names(struct store *s, struct word_list *ret)
{
	enum status status = keyring_names(ret);

	if (status == STATUS_OK || status == STATUS_ABSENT)
		status = token_file_names(s->folder, ret);
	return status;
}
