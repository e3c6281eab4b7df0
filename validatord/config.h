/* SPDX-License-Identifier: ISC */
/*
 * The configuration as an immutable snapshot. A request keeps a reference to
 * the snapshot that it began with; a reload makes a new one and swaps.
 */
#ifndef VALIDATORD_CONFIG_H
#define VALIDATORD_CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "details.h"
#include "jose/jwks.h"
#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

struct user_map; /* user_map.h */

/* How a token becomes facts: by asking (RFC 7662), by the record of our own
 * exchange, by what the broker's API says to it, by its own signature (RFC
 * 9068), or by signature and asking, which must agree. */
enum validation {
	VALIDATION_INTROSPECT,
	VALIDATION_GRANT,
	VALIDATION_PROBE,
	VALIDATION_JWT,
	VALIDATION_BOTH,
};
/* How we show who we are. The first three also get us a bearer token. */
enum client_auth {
	CLIENT_AUTH_BASIC,
	CLIENT_AUTH_POST,
	CLIENT_AUTH_PRIVATE_KEY_JWT,
	CLIENT_AUTH_TLS,
	CLIENT_AUTH_SELF_SIGNED_TLS, /* on our side the same */
	CLIENT_AUTH_BEARER,
	CLIENT_AUTH_NONE,
};
enum basic_encoding { BASIC_FORM, BASIC_RAW }; /* RFC 6749 section 2.3.1 */
/* RFC 7518 section 3.1, RFC 8037 section 3.1; auto: by the key. */
enum assertion_alg {
	ASSERTION_AUTO,
	ASSERTION_RS256,
	ASSERTION_PS256,
	ASSERTION_ES256,
	ASSERTION_EDDSA,
};
enum must_state { STATED, NONE }; /* `audience = none`, `expiry = none` */

#define LEEWAY_MAX_S 60
#define CACHE_MAX_S 300

enum scope_separator { SEPARATOR_SPACE, SEPARATOR_COMMA };
/* RFC 6749 section 4.1.3, or Kite's request_token with a checksum. */
enum exchange_kind { EXCHANGE_STANDARD, EXCHANGE_KITE };
/* What ends a grant beside `grant_max_age`. */
enum grant_expiry { GRANT_EXPIRY_STATED, GRANT_EXPIRY_NONE, GRANT_EXPIRY_CLOCK };

/* What the ways of client_auth need beside the client's id and secret. */
struct client_proof {
	int basic_encoding;
	char *key_file; /* private_key_jwt */
	char *key_id; /* NULL: none is named */
	int assertion_alg; /* enum assertion_alg */
	char *assertion_audience; /* NULL: the issuer's url */
	char *certificate_file, *certificate_key_file; /* both or neither */
	char *bearer_token_file; /* NULL: the token endpoint gives one */
	int bearer_auth; /* enum client_auth, of the first three */
};

/* Signing in with a browser or a device: we are the OAuth client. */
struct sign_in {
	char *authorization_endpoint; /* NULL: by discovery, or there is none */
	char *token_endpoint;
	char *device_authorization_endpoint;
	char *revocation_endpoint;
	char *redirect_uri; /* NULL: gateway_url + "/callback" */
	struct word_list scope; /* empty: what the policy requires */
	int scope_separator; /* as it is sent and as it is answered */
	bool pkce; /* S256, RFC 7636 */
	struct word_list parameters; /* NAME=VALUE; VALUE may hold {env} */
	int exchange;
	char *expiry_text; /* "stated", "none" or "HH:MM Area/City" */
	int expiry; /* enum grant_expiry */
	unsigned int expiry_minute; /* of the day, GRANT_EXPIRY_CLOCK */
	char *expiry_zone; /* "Asia/Kolkata" */
	int64_t grant_max_age_ms; /* 0: no rule */
	bool allow_foreign_tokens;
	int64_t probe_budget; /* calls per account and minute */
	char *api_url, *paper_api_url; /* {api_url} and {paper_api_url} */
	char *api_url_member; /* of the token answer that replaces api_url */
};

enum jwt_profile { JWT_STRICT, JWT_LAX };

/* Tokens and answers that the issuer signs. */
struct signing {
	char *jwks_uri;      /* NULL: by discovery */
	char *jwks_file;     /* instead of both */
	struct jwks *static_keys; /* of jwks_file */
	int64_t refresh_ms;  /* how old a key set gets */
	int64_t stale_ms;    /* and how old while no new one is to be had */
	struct word_list algorithm_names; /* empty: the default */
	struct jws_algorithms algorithms;
	int profile;         /* enum jwt_profile */
	int64_t max_lifetime_ms; /* exp - iat, of tokens nobody asks about */
};

enum environment { ENVIRONMENT_ANY, ENVIRONMENT_PAPER, ENVIRONMENT_LIVE };

/* `/data/user_id == "x"`: what a member of the answer must, or must not, be. */
struct probe_rule {
	char *pointer; /* RFC 6901 */
	int type; /* enum json_type: of another type nothing is known */
	char *value; /* its text: a string, a number, true, false or null */
};

enum probe_method { PROBE_GET, PROBE_POST };

/*
 * One call of a broker's API that shows what a token is worth. Templates hold
 * {token} {client_id} {api_url} {paper_api_url}; pointers are RFC 6901, and
 * where one meets an array that it does not index, the first element is taken.
 */
struct probe {
	char *name;
	int environment; /* which one a success shows; any: says nothing */
	int method; /* enum probe_method */
	char *url;
	struct word_list headers; /* "Name: template" */
	char *body, *content_type;
	struct word_list ok_status, invalid_status, elsewhere_status;
	char *elsewhere_text; /* of the body, where the status is not enough */
	struct probe_rule success; /* pointer NULL: the status is enough */
	char *subject, *display, *scopes, *expires; /* pointers or NULL */
	struct probe_rule *require, *refuse; /* of the account's state */
	size_t require_count, refuse_count;
};

struct issuer {
	char *name; /* of the section */
	char *profile; /* whose defaults it has, or NULL */
	char *url; /* the issuer identifier, compared octet by octet */
	struct word_list introspection_endpoints; /* in order; none: discovery */
	struct word_list endpoint_origins; /* further origins allowed */
	int validation;
	char *client_id;
	char *client_secret_file;
	int client_auth;
	struct client_proof proof;
	char *audience; /* NULL when `audience = none` */
	int expiry; /* enum must_state as choice "required" | "none" */
	char *user_claim; /* or user_map_file; exactly one */
	bool user_claim_mutable; /* says its profile */
	char *user_map_file;
	struct user_map *user_map;
	struct word_list allowed_clients; /* empty: any */
	int64_t cache_ms; /* positive facts, 0..CACHE_MAX_S */
	int64_t leeway_ms; /* 0..LEEWAY_MAX_S */
	bool breaker;
	char *ca_file;
	struct word_list tls_pins; /* "sha256//BASE64", of keys */
	bool insecure_loopback; /* http:// to a literal loopback address */
	bool send_token_type_hint;
	bool introspection_signed; /* RFC 9701, and nothing else is taken */
	struct signing signing;
	struct sign_in sign_in;
	struct probe *probes; /* of the profile */
	size_t probe_count;
	const char *file; /* where the section stands, for messages */
	unsigned int line;
};

/* Is a token judged by itself there, not by a record of ours? */
static inline bool
issuer_judges_tokens(const struct issuer *i)
{
	return i->validation == VALIDATION_INTROSPECT ||
	       i->validation == VALIDATION_JWT ||
	       i->validation == VALIDATION_BOTH;
}
static inline bool
issuer_introspects(const struct issuer *i)
{
	return i->validation == VALIDATION_INTROSPECT ||
	       i->validation == VALIDATION_BOTH;
}
static inline bool
issuer_signs(const struct issuer *i)
{
	return i->validation == VALIDATION_JWT ||
	       i->validation == VALIDATION_BOTH;
}
/* Are its keys needed, for its tokens or for its answers? */
static inline bool
issuer_needs_keys(const struct issuer *i)
{
	return issuer_signs(i) || i->introspection_signed;
}

struct claim_rule {
	char *name;
	struct word_list values; /* any of */
};

struct rhost_rule {
	int family; /* AF_INET, AF_INET6, or AF_UNSPEC for a literal name */
	uint8_t address[16];
	unsigned int prefix;
	char *name;
};

#define SSH_KEY_MAP "map" /* for `ssh_key`: by the issuer's user map */

struct policy {
	char *name;
	struct word_list services; /* exact PAM service names */
	struct word_list users; /* empty: any */
	struct rhost_rule *rhosts; /* none: any, also absent */
	size_t rhost_count;
	char *issuer_name;
	const struct issuer *issuer;
	struct word_list require;
	struct word_list require_any;
	struct word_list refuse;
	struct claim_rule *claims; /* `claim = NAME in A B ...`, `claim = ...` */
	size_t claim_count;
	struct detail_rule *details; /* `details = TYPE FIELD=VALUE ...` */
	size_t detail_count;
	struct word_list acr; /* any of them; empty: no rule */
	struct word_list amr;
	char *ssh_key; /* a claim, or SSH_KEY_MAP; NULL: no rule */
	int environment;
	int64_t max_age_ms; /* 0: no rule */
	unsigned int login; /* LOGIN_* bits of protocol.h */
	bool device_remote; /* device grants open remote logins too */
	bool qr; /* draw the link */
	unsigned int order; /* place in the files: first match decides */
	const char *file;
	unsigned int line;
};

struct config {
	unsigned int references;
	unsigned int generation; /* 1, 2 ... per process */
	char *path; /* of the main file */
	struct word_list files; /* all that were read, in order */
	/* [validatord] */
	const char *file; /* where it stands, for messages */
	unsigned int line;
	struct {
		unsigned int user, audit_log, runtime_dir, state_dir;
		unsigned int gateway_url;
	} lines; /* of these keys, or the section's */
	char *audit_log;
	char *runtime_dir;
	char *state_dir; /* grants and their key */
	char *profile_dir; /* NULL: the two usual places, see profile.h */
	char *gateway_url; /* where gatewayd is reached; NULL: there is none */
	char *gateway_user; /* owns gateway.sock */
	char *host_name; /* shown to people and bound into login codes */
	char *user; /* whom to become; empty when not started as root */
	char *tools_group; /* owns tools.sock */
	int64_t failure_floor_ms;
	int log_level;
	int64_t cache_entries;
	/* sections */
	struct issuer *issuers;
	size_t issuer_count;
	struct policy *policies; /* in order */
	size_t policy_count;
	struct service_index *services; /* hash: service -> its policies */
};

/*
 * Reads the main file and policy.d/ *.conf beside it (in byte order of their
 * names), checks everything that can be checked without the network (also that
 * secrets exist, are ours or root's, and are closed to others), and builds the
 * service index. On failure *ret_error says file, line, what and remedy.
 */
enum status config_load(const char *path, struct config **ret,
    struct conf_error *ret_error);
/* As above, and tells what counts, key by key, and where it is from; the values
 * are whole by then. `tell` may be NULL. */
enum status config_load_told(const char *path, conf_entry_told *tell,
    void *context, struct config **ret, struct conf_error *ret_error);
struct config *config_ref(struct config *c);
void config_unref(struct config *c); /* NULL is fine; the last one frees */
void config_unrefp(struct config **c);

const struct issuer *config_issuer(const struct config *c, const char *name);
/* Warnings for start-up and `config test`, each a sentence: opt-outs etc. */
size_t config_warnings(const struct config *c, char warnings[][256],
    size_t most);

/* For who starts as root: is there an account to become? STATUS_INVALID: no,
 * and *ret_error says how to make it. */
enum status config_account_check(
    const struct config *c, struct conf_error *ret_error);

/* The tables, for `config defaults` and the manual's lint. */
extern const struct conf_section config_sections[];

/*
 * Opens a secret file: O_NOFOLLOW, regular, owned by root or by our effective
 * uid, no permission for group or others, 1..4096 octets without a newline
 * inside (one trailing newline is dropped).
 */
struct secret;
enum status config_read_secret(const char *path, struct secret *ret,
    struct conf_error *ret_error);

/*
 * The path below `gateway_url` that the redirect URI of an issuer has:
 * "/callback", or "/callback/NAME" with NAME of letters, digits, "-", "." and
 * "_". NULL: it does not lead there, and its address is pasted.
 */
const char *config_redirect_path(
    const struct config *c, const struct issuer *issuer);

#endif
