/* SPDX-License-Identifier: ISC */
/*
 * What bench/gate measures against: a module that asks the authorization
 * server itself, with libcurl inside the login process. Argument 1 is the
 * introspection endpoint, argument 2 a bundle of certificates. For
 * measurement only: it lets in whoever the server calls active.
 */
#include <curl/curl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include <stdio.h>
#include <string.h>

struct body {
	char bytes[4096];
	size_t length;
};

static size_t
collect(char *data, size_t size, size_t count, void *argument)
{
	struct body *body = argument;
	size_t n = size * count;

	if (n >= sizeof(body->bytes) - body->length)
		return 0;
	memcpy(body->bytes + body->length, data, n);
	body->length += n;
	body->bytes[body->length] = '\0';
	return n;
}

static int
introspect(const char *endpoint, const char *bundle, const char *token)
{
	struct body body = {.length = 0};
	char form[2048];
	CURL *curl = curl_easy_init();
	CURLcode result;

	if (curl == NULL)
		return PAM_BUF_ERR;
	(void)snprintf(form, sizeof(form), "token=%s", token);
	(void)curl_easy_setopt(curl, CURLOPT_URL, endpoint);
	(void)curl_easy_setopt(curl, CURLOPT_USERPWD, "gate:secret");
	(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	(void)curl_easy_setopt(curl, CURLOPT_CAINFO, bundle);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
	result = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	if (result != CURLE_OK)
		return PAM_AUTHINFO_UNAVAIL;
	return strstr(body.bytes, "\"active\":true") != NULL ? PAM_SUCCESS
							     : PAM_AUTH_ERR;
}

__attribute__((visibility("default"))) int
pam_sm_authenticate(
    pam_handle_t *handle, int flags, int argc, const char **argv)
{
	const char *token = NULL;
	int result;

	(void)flags;
	if (argc != 2)
		return PAM_SERVICE_ERR;
	result = pam_get_authtok(handle, PAM_AUTHTOK, &token, "Token: ");
	if (result != PAM_SUCCESS)
		return result;
	return introspect(argv[0], argv[1], token);
}

__attribute__((visibility("default"))) int
pam_sm_setcred(pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)handle;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
