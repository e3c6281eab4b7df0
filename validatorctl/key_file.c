/* SPDX-License-Identifier: ISC */
#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"

static void
say_left_out(void *context, size_t index, const char *kid, const char *why)
{
	(void)context;
	(void)fprintf(stderr, "validatorctl: key %zu", index + 1);
	if (kid != NULL) {
		(void)fprintf(stderr, " (kid ");
		print_text_to(stderr, kid);
		(void)fprintf(stderr, ")");
	}
	(void)fprintf(stderr, " is left out: %s\n", why);
}

int
key_set_read(const char *path, const struct jws_algorithms *algorithms,
    struct jwks **ret)
{
	const struct jwks_listener listener = {say_left_out, NULL};
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(buf_clear) struct buf document;
	const char *why = NULL;
	enum status s;

	buf_init(&document, JSON_DOCUMENT_MAX);
	s = fd < 0 ? STATUS_IO : ctl_read(fd, &document);
	if (s == STATUS_OK)
		s = jwks_read(
		    (struct text){buf_string(&document), document.length},
		    algorithms, &listener, ret, &why);
	else if (s == STATUS_IO)
		why = strerror(errno);
	if (s == STATUS_OK)
		return EXIT_DONE;
	(void)fprintf(stderr, "validatorctl: %s: %s\n", path,
	    why != NULL ? why : status_text(s));
	return EXIT_CONFIG;
}
