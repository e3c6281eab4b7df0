/* SPDX-License-Identifier: ISC */
/*
 * sshd authenticates in a forked child, so what pam_set_data keeps does not
 * reach the session; what pam_putenv keeps does. Must never hold a token: the
 * user's shell inherits that environment.
 */
#include "session_data.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/cleanup.h"

#define DATA_NAME "scopegate_session"

struct session_data {
	pid_t pid; /* a forked copy says nothing about the child's logins */
	char user[USER_MAX + 1];
	char handle[HANDLE_MAX + 1];
};

static void
release(pam_handle_t *ph, void *data, int error_status)
{
	(void)ph;
	(void)error_status;
	if (data == NULL)
		return;
	explicit_bzero(data, sizeof(struct session_data));
	free(data);
}

/* The environment takes NAME=VALUE as one string and copies it. */
static enum status
export_handle(pam_handle_t *ph, const char *handle)
{
	static const char prefix[] = SESSION_HANDLE_NAME "=";
	char line[sizeof(prefix) + HANDLE_MAX];

	memcpy(line, prefix, sizeof(prefix) - 1);
	memcpy(line + sizeof(prefix) - 1, handle, strlen(handle) + 1);
	return pam_putenv(ph, line) == PAM_SUCCESS ? STATUS_OK : STATUS_NOMEM;
}

enum status
session_data_keep(
    pam_handle_t *ph, const char *user, const char *handle, bool export)
{
	_cleanup_(free_ptr) struct session_data *data = NULL;

	if (strlen(user) > USER_MAX || strlen(handle) > HANDLE_MAX)
		return STATUS_INVALID;
	data = calloc(1, sizeof(*data));
	if (data == NULL)
		return STATUS_NOMEM;
	data->pid = getpid();
	memcpy(data->user, user, strlen(user));
	memcpy(data->handle, handle, strlen(handle));
	if (pam_set_data(ph, DATA_NAME, data, release) != PAM_SUCCESS)
		return STATUS_NOMEM;
	(void)TAKE_PTR(data);
	return export ? export_handle(ph, handle) : STATUS_OK;
}

void
session_data_forget(pam_handle_t *ph)
{
	(void)pam_set_data(ph, DATA_NAME, NULL, NULL);
	session_data_unexport(ph);
}

void
session_data_unexport(pam_handle_t *ph)
{
	/* libpam logs an error for removing what is not there. */
	if (pam_getenv(ph, SESSION_HANDLE_NAME) != NULL)
		(void)pam_putenv(ph, SESSION_HANDLE_NAME);
}

enum status
session_data_find(pam_handle_t *ph, const char *user, const char **ret_handle)
{
	const void *item = NULL;
	const struct session_data *data;
	const char *exported;

	if (pam_get_data(ph, DATA_NAME, &item) == PAM_SUCCESS && item != NULL) {
		data = item;
		if (strcmp(data->user, user) != 0)
			return STATUS_FORBIDDEN;
		if (data->pid == getpid()) {
			*ret_handle = data->handle;
			return STATUS_OK;
		}
	}
	exported = pam_getenv(ph, SESSION_HANDLE_NAME);
	if (exported == NULL || *exported == '\0')
		return STATUS_NOT_FOUND;
	*ret_handle = exported;
	return STATUS_OK;
}
