/* SPDX-License-Identifier: ISC */
/* The error table. Anything unlisted is a server error, never a success. */
#include "oauth_error.h"

#include <stdio.h>
#include <string.h>

const char *
oauth_error_code(enum oauth_error e)
{
	switch (e) {
#define X(name, code, status)                                                  \
	case OAUTH_##name:                                                     \
		return code;
		OAUTH_ERROR_LIST(X)
#undef X
	case OAUTH_OK:
		break;
	}
	return "server_error";
}

unsigned int
oauth_error_http_status(enum oauth_error e)
{
	switch (e) {
#define X(name, code, status)                                                  \
	case OAUTH_##name:                                                     \
		return status;
		OAUTH_ERROR_LIST(X)
#undef X
	case OAUTH_OK:
		break;
	}
	return 500;
}

struct oauth_fault
oauth_fault_about(struct oauth_fault f, const char *word)
{
	static const char cut[] = "...";
	size_t length = strlen(word);

	if (length < sizeof(f.about)) {
		memcpy(f.about, word, length + 1);
		return f;
	}
	memcpy(f.about, word, sizeof(f.about) - sizeof(cut));
	memcpy(f.about + sizeof(f.about) - sizeof(cut), cut, sizeof(cut));
	return f;
}

void
oauth_fault_print(const struct oauth_fault *f, char ret[OAUTH_TEXT_SIZE])
{
	(void)snprintf(ret, OAUTH_TEXT_SIZE, "%s%s%s", f->description,
	    f->about[0] == '\0' ? "" : ": ", f->about);
}
