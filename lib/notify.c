/* SPDX-License-Identifier: ISC */
#include "notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scopegate/deadline.h"

/* Nobody may be listening, and nothing depends on it: failures are silent. */

static int manager = -1;

void
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = path != NULL ? strlen(path) : 0;

	if (length < 2 || length >= sizeof(address.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (manager >= 0 &&
	    connect(manager, (const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) !=
		0) {
		(void)close(manager);
		manager = -1;
	}
}

static void
tell(const char *state)
{
	if (manager >= 0)
		(void)send(manager, state, strlen(state), MSG_NOSIGNAL);
}

void
notify_ready(void)
{
	tell("READY=1");
}

void
notify_reloading(void)
{
	char state[64];

	(void)snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)monotonic_us());
	tell(state);
}

void
notify_stopping(void)
{
	tell("STOPPING=1");
}
