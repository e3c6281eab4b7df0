/* SPDX-License-Identifier: ISC */
#include "oauth_words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define DESCRIPTION_SHOWN 160

static const struct {
	const char *error, *sentence;
} sentences[] = {
    {"access_denied", "access was not allowed at the broker"},
    {"invalid_grant",
	"the code or refresh token is used up, too old, or not ours"},
    {"invalid_client", "it does not know this client_id or secret"},
    {"unauthorized_client", "this app may not sign in this way"},
    {"unsupported_grant_type", "it does not offer this way to sign in"},
    {"unsupported_response_type", "it does not offer this way to sign in"},
    {"invalid_scope", "this app may not ask for one of these scopes"},
    {"invalid_request", "it does not understand the request"},
    {"invalid_target", "it does not know the resource that was asked for"},
    {"server_error", "it has a fault of its own; try again later"},
    {"temporarily_unavailable", "it is busy; try again later"},
    {"login_required", "it wants you to sign in there first"},
    {"consent_required", "it wants your consent first"},
    {"expired_token", "the code was not entered in time"},
};

bool
oauth_error_valid(const char *error)
{
	size_t n = strlen(error);

	if (n == 0 || n >= 64)
		return false;
	for (size_t i = 0; i < n; i++)
		if (error[i] < 0x21 || error[i] > 0x7e || error[i] == '"' ||
		    error[i] == '\\')
			return false;
	return true;
}

static void
copy_plain(const char *text, char ret[DESCRIPTION_SHOWN + 1])
{
	size_t n = 0;

	for (; *text != '\0' && n < DESCRIPTION_SHOWN; text++)
		ret[n++] = *text >= 0x20 && *text <= 0x7e ? *text : '?';
	ret[n] = '\0';
}

void
oauth_words(
    const char *error, const char *description, char ret[OAUTH_WORDS_SIZE])
{
	char shown[DESCRIPTION_SHOWN + 1] = "";
	const char *sentence = "it answered with an error";

	for (size_t i = 0; i < ELEMENTS(sentences); i++)
		if (strcmp(sentences[i].error, error) == 0)
			sentence = sentences[i].sentence;
	if (description != NULL)
		copy_plain(description, shown);
	(void)snprintf(ret, OAUTH_WORDS_SIZE, "%s (%s%s%s%s)", sentence, error,
	    shown[0] != '\0' ? ", \"" : "", shown,
	    shown[0] != '\0' ? "\"" : "");
}
