/* SPDX-License-Identifier: ISC */
/* Every option as one row. No default may be set anywhere else. */
#include <string.h>

#include "settings.h"
#include "settings_start.h"
#include "token_source.h"
#include "url.h"

static const char *
check_url(const char *text)
{
	/* Whether plain HTTP may be is the section's business as a whole. */
	return url_fault(text, true);
}

static const char *
check_redirect(const char *text)
{
	return redirect_fault(text);
}

static const char *
check_parameters(const char *text)
{
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		size_t word = strcspn(p, " \t");
		const char *equals = memchr(p, '=', word);

		if (equals == NULL || equals == p)
			return "has a word without NAME=: write NAME=VALUE "
			       "with blanks between";
		p += word;
	}
	return NULL;
}

static const char *
check_source(const char *text)
{
	return token_source_fault(text);
}

static const char *const storages[] = {"auto", "keyring", "file", NULL};
static const char *const client_auths[] = {
    "auto", "none", "client_secret_basic", "client_secret_post", NULL};

#define ROW(field, kind, ...)                                                  \
	{                                                                      \
		.name = #field, .type = kind,                                  \
		.offset = offsetof(struct issuer_settings, field), __VA_ARGS__ \
	}

static const struct conf_option issuer_options[] = {
    ROW(url, CONF_STRING, .check = check_url,
	.help = "the issuer identifier; what it offers is discovered there"),
    ROW(authorization_endpoint, CONF_STRING, .check = check_url,
	.help = "where the browser is sent, instead of discovery"),
    ROW(token_endpoint, CONF_STRING, .check = check_url,
	.help = "where codes and refresh tokens are exchanged"),
    ROW(device_authorization_endpoint, CONF_STRING, .check = check_url,
	.help = "where the device grant begins"),
    ROW(revocation_endpoint, CONF_STRING, .check = check_url,
	.help = "where a token is given back at logout"),
    ROW(client_id, CONF_STRING, .help = "the app's name at the issuer"),
    ROW(client_secret_file, CONF_PATH,
	.help = "holds the app's secret, mode 0600, if it has one"),
    ROW(client_auth, CONF_CHOICE, .fallback = "auto", .choices = client_auths,
	.help = "how the secret is sent; auto: in the form"),
    ROW(scope, CONF_WORDS, .min = 1, .max = 128,
	.help = "the scopes to ask for"),
    ROW(parameters, CONF_WORDS, .min = 1, .max = 16, .check = check_parameters,
	.help = "more for the authorization request, such as env=paper"),
    {.name = "redirect_uri",
	.type = CONF_STRING,
	.offset = offsetof(struct issuer_settings, redirect_uris),
	.repeated = true,
	.max = 16,
	.check = check_redirect,
	.help = "as registered, on this machine; without a port any will do; "
		"may occur again, and the first free port is taken"},
    ROW(pkce, CONF_BOOL, .fallback = "yes",
	.help = "prove by PKCE that the code is ours; no only where the "
		"issuer cannot"),
    ROW(source, CONF_STRING, .fallback = "login", .check = check_source,
	.help = "where the token comes from: login, oidc-agent:ACCOUNT, "
		"command:PROGRAM ARGUMENT ..., file:PATH"),
    ROW(ca_file, CONF_PATH,
	.help = "certificates to trust instead of the system's"),
    ROW(insecure_loopback, CONF_BOOL, .fallback = "no",
	.help = "allow http:// to a loopback address, for tests"),
    {.name = NULL},
};

#define HOST_ROW(field, kind, ...)                                             \
	{                                                                      \
		.name = #field, .type = kind,                                  \
		.offset = offsetof(struct host_settings, field), __VA_ARGS__   \
	}

static const struct conf_option host_options[] = {
    HOST_ROW(match, CONF_WORDS, .required = true, .min = 1, .max = 64,
	.help = "host names as ssh knows them after HostName, in small "
		"letters; * and ? stand for any"),
    HOST_ROW(issuer, CONF_STRING, .required = true,
	.help = "whose token these hosts take"),
    HOST_ROW(gate, CONF_STRING,
	.help = "their gatewayd, with %h for the host's name; a login code is "
		"asked for there, and the token goes nowhere else"),
    HOST_ROW(host_name, CONF_STRING,
	.help = "what the gate calls the host (its host_name), if ssh calls "
		"it otherwise"),
    HOST_ROW(service, CONF_STRING, .fallback = "sshd",
	.help = "the PAM service that a login code is for"),
    HOST_ROW(prompt, CONF_STRING,
	.help = "what their module asks, if it has a prompt= of its own"),
    HOST_ROW(ca_file, CONF_PATH,
	.help = "certificates to trust for the gate instead of the system's"),
    HOST_ROW(insecure_loopback, CONF_BOOL, .fallback = "no",
	.help = "allow http:// to a loopback address, for tests"),
    {.name = NULL},
};

static const struct conf_option general_options[] = {
    {.name = "storage",
	.type = CONF_CHOICE,
	.offset = offsetof(struct general_settings, storage),
	.fallback = "auto",
	.choices = storages,
	.help = "where tokens are kept: the kernel's keyring, a file, or the "
		"keyring where it works"},
    {.name = NULL},
};

#define SECTION(title, has_name, most, rows, starter) \
	{ \
		.name = title, .named = has_name, .at_most = most, \
		.options = rows, .manual = "scopegate(1)", .start = starter \
	}

const struct conf_section settings_sections[] = {
    SECTION("scopegate", false, 1, general_options, settings_start_general),
    SECTION("issuer", true, 0, issuer_options, settings_start_issuer),
    SECTION("host", true, 0, host_options, settings_start_host),
    {.name = NULL},
};
