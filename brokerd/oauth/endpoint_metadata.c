/* SPDX-License-Identifier: ISC */
/*
 * Authorization server metadata (RFC 8414), which is the OpenID provider's
 * configuration too: one document at two addresses cannot disagree. It names
 * what there is and nothing more.
 */
#include "http/respond.h"
#include "respond_fault.h"
#include "routes.h"
#include "app/scope_store.h"
#include "oauth/device_store.h"
#include "oauth/grant.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

struct list {
	const char *name;
	const char *values[16]; /* NULL-terminated */
};

static const struct {
	const char *name, *path;
} endpoints[] = {
    {"authorization_endpoint", "/oauth/authorize"},
    {"token_endpoint", "/oauth/token"},
    {"device_authorization_endpoint", "/oauth/device_authorization"},
    {"introspection_endpoint", "/oauth/introspect"},
    {"revocation_endpoint", "/oauth/revoke"},
    {"userinfo_endpoint", "/oauth/userinfo"},
    {"jwks_uri", "/oauth/jwks"},
};

static const struct list lists[] = {
    {"response_types_supported", {"code"}},
    {"response_modes_supported", {"query"}},
    {"grant_types_supported", {"authorization_code", "refresh_token",
				  "client_credentials", DEVICE_GRANT_TYPE}},
    {"token_endpoint_auth_methods_supported",
	{"client_secret_basic", "client_secret_post", "none"}},
    {"introspection_endpoint_auth_methods_supported",
	{"client_secret_basic", "client_secret_post"}},
    {"revocation_endpoint_auth_methods_supported",
	{"client_secret_basic", "client_secret_post", "none"}},
    {"code_challenge_methods_supported", {"S256"}},
    {"authorization_details_types_supported", {"host_login"}},
    {"introspection_signing_alg_values_supported", {"RS256"}},
    {"id_token_signing_alg_values_supported", {"RS256"}},
    {"subject_types_supported", {"public"}},
    {"acr_values_supported", {ACR_PASSWORD}},
    {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
    {"claim_types_supported", {"normal"}},
    {"claims_supported",
	{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr",
	    "at_hash", "preferred_username"}},
};

/* Without them a client must take some for supported (OpenID Connect
 * Discovery section 3). */
static const struct {
	const char *name;
	bool value;
} facts[] = {
    {"authorization_response_iss_parameter_supported", true},
    {"claims_parameter_supported", false},
    {"request_parameter_supported", false},
    {"request_uri_parameter_supported", false},
};

static void
write_endpoints(struct broker *b, struct json_writer *w)
{
	for (size_t i = 0; i < ELEMENTS(endpoints); i++) {
		_cleanup_(buf_clear) struct buf url = {0};

		buf_init(&url, 512);
		buf_format(&url, "%s%s", b->issuer, endpoints[i].path);
		json_write_string(w, endpoints[i].name, buf_string(&url));
	}
}

static void
write_words(struct json_writer *w, const char *name, const char *const *values,
    size_t count)
{
	json_write_begin_array(w, name);
	for (size_t i = 0; i < count && values[i] != NULL; i++)
		json_write_string(w, NULL, values[i]);
	json_write_end_array(w);
}

void
endpoint_metadata(struct broker *b, const struct http_request *request,
    struct http_response *response)
{
	char names[WORD_SET_TEXT_SIZE];
	struct word_set scopes;
	struct json_writer w;

	(void)request;
	if (scope_names(b->store, names) != STATUS_OK ||
	    word_set_parse(names, &scopes) != STATUS_OK) {
		respond_fault(
		    response, OAUTH_FAULT(SERVER_ERROR, "the store failed"));
		return;
	}
	respond_json(response, 200);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "issuer", b->issuer);
	write_endpoints(b, &w);
	for (size_t i = 0; i < ELEMENTS(lists); i++)
		write_words(&w, lists[i].name, lists[i].values,
		    ELEMENTS(lists[i].values));
	write_words(&w, "scopes_supported", scopes.words, scopes.count);
	for (size_t i = 0; i < ELEMENTS(facts); i++)
		json_write_bool(&w, facts[i].name, facts[i].value);
	json_write_end_object(&w);
}
