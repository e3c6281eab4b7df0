/* SPDX-License-Identifier: ISC */
/*
 * The changes. One is left out on purpose: for an ECDSA signature (r, s) the
 * pair (r, n - s) is as good, and anybody can compute it (RFC 6979 and SEC 1
 * leave that open). Nothing is forged by it, since header and payload stay;
 * but an ES256 token has two spellings, so that nobody may take a digest of
 * the token for its identity.
 */
#include <openssl/hmac.h>
#include <string.h>

#include "forge.h"
#include "jws_make.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

enum { HEADER, PAYLOAD, SIGNATURE, PARTS };

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* As JSON values; NULL: the member is left out. */
static const char *const algorithms[] = {"\"RS256\"", "\"RS384\"", "\"RS512\"",
    "\"PS256\"", "\"PS384\"", "\"PS512\"", "\"ES256\"", "\"ES384\"",
    "\"ES512\"", "\"EdDSA\"", "\"Ed25519\"", "\"HS256\"", "\"HS384\"",
    "\"HS512\"", "\"none\"", "\"None\"", "\"nOnE\"", "\"rs256\"", "\"\"", "256",
    "null", "[\"RS256\"]", NULL};
static const char *const kids[] = {"\"rs\"", "\"ps\"", "\"es\"", "\"ed\"",
    "\"rs\"", "\"ps\"", "\"es\"", "\"ed\"", "\"mine\"", "\"\"",
    "\"../../dev/null\"", "\"' OR 1=1\"", "7", "null", NULL};
static const char *const types[] = {"\"at+jwt\"", "\"at+jwt\"",
    "\"application/at+jwt\"", "\"AT+JWT\"", "\"JWT\"", "\"logout+jwt\"", "1",
    NULL};
static const char *const extras[] = {"", "", "", "", ",\"crit\":[\"exp\"]",
    ",\"crit\":[]", ",\"b64\":false", ",\"jku\":\"https://127.0.0.1/jwks\"",
    ",\"x5u\":\"https://127.0.0.1/c.pem\"", ",\"x5c\":[\"AA==\"]",
    ",\"alg\":\"none\"", ",\"kid\":\"rs\"", ",\"zip\":\"DEF\""};
static const char *const claims[] = {
    "{\"iss\":\"https://as.example.com\",\"sub\":\"root\",\"aud\":"
    "\"https://gate.example.com\",\"scope\":\"login sudo\"}",
    "{\"iss\":\"https://evil.example.com\",\"sub\":\"alice\"}",
    "{\"iss\":\"https://as.example.com\",\"aud\":[\"*\"],\"exp\":1e300}",
    "{\"sub\":\"root\",\"exp\":253402300799}",
    "{}",
    "",
};

uint64_t
forge_number(struct forge *f, uint64_t limit)
{
	uint64_t z = f->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % limit;
}

#define ONE_OF(f, list) ((list)[forge_number((f), ELEMENTS(list))])

static struct text
part_of(const struct real_token *t, int part)
{
	const char *at = t->text;

	for (; part > 0; part--)
		at = strchr(at, '.') + 1;
	return (struct text){at, strcspn(at, ".")};
}

static void
append(struct buf *ret, struct text t)
{
	(void)buf_append(ret, t.bytes, t.length);
}

static void
append_letters(struct forge *f, struct buf *ret, uint64_t count)
{
	for (; count > 0; count--)
		(void)buf_append_byte(
		    ret, (uint8_t)letters[forge_number(f, 64)]);
}

/* As it stands, any bit of it. */
static void
flip_bits(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);

	append(ret, (struct text){t->text, t->length});
	for (uint64_t n = 1 + forge_number(f, 4); n > 0; n--)
		ret->data[forge_number(f, ret->length)] ^=
		    (uint8_t)(1u << forge_number(f, 8));
}

/* Below base64url, so that it is still well spelled. */
static void
flip_octets(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);
	int changed = (int)forge_number(f, PARTS);

	for (int i = 0; i < PARTS; i++) {
		struct text part = part_of(t, i);
		uint8_t octets[TOKEN_ROOM];
		size_t size = 0;

		(void)buf_append_string(ret, i > 0 ? "." : "");
		if (i != changed ||
		    base64url_decode(part.bytes, part.length, octets,
			sizeof(octets), &size) != STATUS_OK) {
			append(ret, part);
			continue;
		}
		for (uint64_t n = 1 + forge_number(f, 3); n > 0; n--)
			octets[forge_number(f, size)] ^=
			    (uint8_t)(1u << forge_number(f, 8));
		jws_make_base64url(ret, octets, size);
	}
}

/* Each part may be of another token. */
static void
swap_parts(struct forge *f, struct buf *ret)
{
	int order[PARTS] = {HEADER, PAYLOAD, SIGNATURE};

	if (forge_number(f, 8) == 0)
		for (int i = 0; i < PARTS; i++)
			order[i] = (int)forge_number(f, PARTS);
	for (int i = 0; i < PARTS; i++) {
		(void)buf_append_string(ret, i > 0 ? "." : "");
		append(ret, part_of(&ONE_OF(f, f->pool), order[i]));
	}
}

/* Cut off, cut out, put in, or put behind. */
static void
cut_or_lengthen(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);
	size_t at = forge_number(f, t->length);
	size_t gone = forge_number(f, t->length - at + 1);

	append(ret, (struct text){t->text, at});
	switch (forge_number(f, 4)) {
	case 0:
		return;
	case 1:
		break;
	case 2:
		append_letters(f, ret, 1 + forge_number(f, 8));
		gone = 0;
		break;
	default:
		buf_clear(ret);
		append(ret, (struct text){t->text, t->length});
		if (forge_number(f, 4) == 0)
			(void)buf_append_byte(
			    ret, (uint8_t)forge_number(f, 256));
		else
			append_letters(f, ret, 1 + forge_number(f, 8));
		return;
	}
	append(ret, (struct text){t->text + at + gone, t->length - at - gone});
}

/* The same octets spelled otherwise: padding, blanks, spare bits. */
static void
respell(struct forge *f, struct buf *ret)
{
	static const char *const more[] = {
	    "=", "==", " ", "\n", "\r\n", "\t", "+", "/", "A=", "%3D"};
	const struct real_token *t = &ONE_OF(f, f->pool);
	int changed = (int)forge_number(f, PARTS);

	for (int i = 0; i < PARTS; i++) {
		struct text part = part_of(t, i);
		char *last;

		(void)buf_append_string(ret, i > 0 ? "." : "");
		append(ret, part);
		if (i != changed)
			continue;
		if (part.length % 4 == 0 || forge_number(f, 2) == 0) {
			(void)buf_append_string(ret, ONE_OF(f, more));
			continue;
		}
		last = (char *)&ret->data[ret->length - 1];
		*last = letters[((size_t)(strchr(letters, *last) - letters) +
				    1 + forge_number(f, 3)) %
				64];
	}
}

/* A header, from the lists. */
static void
append_header(struct forge *f, struct buf *ret)
{
	const char *const members[][2] = {
	    {"alg", ONE_OF(f, algorithms)},
	    {"typ", ONE_OF(f, types)},
	    {"kid", ONE_OF(f, kids)},
	};
	_cleanup_(buf_clear) struct buf text;
	bool comma = false;

	buf_init(&text, JWS_HEADER_MAX);
	(void)buf_append_string(&text, "{");
	for (size_t i = 0; i < ELEMENTS(members); i++) {
		if (members[i][1] == NULL)
			continue;
		(void)buf_format(&text, "%s\"%s\":%s", comma ? "," : "",
		    members[i][0], members[i][1]);
		comma = true;
	}
	(void)buf_append_string(&text, comma ? ONE_OF(f, extras) : "");
	if (comma && forge_number(f, 8) == 0)
		(void)buf_format(
		    &text, ",\"jwk\":%s", buf_string(&f->stranger_jwk));
	(void)buf_append_string(&text, "}");
	jws_make_base64url(ret, text.data, text.length);
}

static void
append_payload(struct forge *f, struct buf *ret)
{
	const char *text = ONE_OF(f, claims);

	if (forge_number(f, 2) == 0)
		append(ret, part_of(&ONE_OF(f, f->pool), PAYLOAD));
	else
		jws_make_base64url(ret, text, strlen(text));
}

/* Another header or payload, the signature as it was. */
static void
edit(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);
	bool header = forge_number(f, 2) == 0;

	if (header)
		append_header(f, ret);
	else
		append(ret, part_of(t, HEADER));
	(void)buf_append_string(ret, ".");
	if (header && forge_number(f, 4) != 0)
		append(ret, part_of(t, PAYLOAD));
	else
		append_payload(f, ret);
	(void)buf_append_string(ret, ".");
	append(ret, part_of(t, SIGNATURE));
}

static void
append_input(struct forge *f, struct buf *ret)
{
	if (forge_number(f, 2) == 0)
		append_header(f, ret);
	else
		append(ret, part_of(&ONE_OF(f, f->pool), HEADER));
	(void)buf_append_string(ret, ".");
	append_payload(f, ret);
}

/* Signed, and well: by a key of the stranger, under the issuer's `kid`. */
static void
sign_by_stranger(struct forge *f, struct buf *ret)
{
	static const char *const rsa[] = {
	    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"};
	enum signer by = (enum signer)forge_number(f, SIGNERS);

	append_input(f, ret);
	jws_make_sign(ret, f->stranger[by],
	    by == SIGNER_RS || by == SIGNER_PS ? ONE_OF(f, rsa)
					       : signer_algorithm[by]);
}

/* By a key of the issuer, for an algorithm that it is not for. */
static void
sign_for_other_algorithm(struct forge *f, struct buf *ret)
{
	static const char *const others[][3] = {
	    {"PS256", "RS384", "RS512"}, {"RS256", "PS384", "PS512"}};
	uint64_t by = forge_number(f, 2);

	append_input(f, ret);
	jws_make_sign(ret, f->issuer[by], ONE_OF(f, others[by]));
}

/* What is public as the secret of an HMAC. */
static void
sign_by_public_key(struct forge *f, struct buf *ret)
{
	const struct buf *secret = &ONE_OF(f, f->secrets);
	const EVP_MD *digests[] = {EVP_sha256(), EVP_sha384(), EVP_sha512()};
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	append_input(f, ret);
	(void)HMAC(ONE_OF(f, digests), buf_string(secret), (int)secret->length,
	    ret->data, ret->length, mac, &size);
	(void)buf_append_string(ret, ".");
	jws_make_base64url(ret, mac, size);
}

/* Zeros, ones, numbers at an edge, or chance, of a fitting length. */
static void
invent_signature(struct forge *f, struct buf *ret)
{
	/* The order of P-256, and the one of Ed25519 as RFC 8032 writes it. */
	static const uint8_t orders[][32] = {
	    {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e,
		0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51},
	    {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
		0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10}};
	const struct real_token *t = &ONE_OF(f, f->pool);
	static const size_t sizes[SIGNERS] = {256, 256, 64, 64};
	size_t size = sizes[t->signer];
	uint8_t octets[256];

	if (forge_number(f, 16) == 0)
		size = forge_number(f, sizeof(octets));
	switch (forge_number(f, 4)) {
	case 0:
		for (size_t i = 0; i < size; i++)
			octets[i] = (uint8_t)forge_number(f, 256);
		break;
	case 1:
		memset(octets, forge_number(f, 2) == 0 ? 0 : 0xff, size);
		break;
	default:
		for (size_t i = 0; i < size; i++)
			octets[i] = orders[i / 32 % 2][i % 32];
		octets[size > 0 ? size - 1 : 0] ^= (uint8_t)forge_number(f, 4);
		break;
	}
	append(ret, part_of(t, HEADER));
	(void)buf_append_string(ret, ".");
	append_payload(f, ret);
	(void)buf_append_string(ret, ".");
	jws_make_base64url(ret, octets, size);
}

/* No signature, whatever the header says. */
static void
leave_unsigned(struct forge *f, struct buf *ret)
{
	append_input(f, ret);
	(void)buf_append_string(ret, forge_number(f, 4) == 0 ? "" : ".");
}

static const struct {
	const char *name;
	void (*change)(struct forge *f, struct buf *ret);
	unsigned int share;
} changes[] = {
    {"bits flipped", flip_bits, 20},
    {"octets changed", flip_octets, 20},
    {"parts of several tokens", swap_parts, 12},
    {"cut or lengthened", cut_or_lengthen, 10},
    {"spelled otherwise", respell, 8},
    {"header or payload edited", edit, 12},
    {"signed by a stranger", sign_by_stranger, 6},
    {"signed for another algorithm", sign_for_other_algorithm, 2},
    {"HMAC by a public key", sign_by_public_key, 4},
    {"signature invented", invent_signature, 4},
    {"unsigned", leave_unsigned, 2},
};

static bool
is_real(const struct forge *f, const struct buf *text)
{
	for (size_t i = 0; i < POOL; i++) {
		if (f->pool[i].length == text->length &&
		    memcmp(f->pool[i].text, text->data, text->length) == 0)
			return true;
	}
	return false;
}

const char *
forge_change(struct forge *f, struct buf *ret)
{
	size_t i = 0;
	uint64_t ticket = 0;

	for (size_t k = 0; k < ELEMENTS(changes); k++)
		ticket += changes[k].share;
	for (ticket = forge_number(f, ticket); ticket >= changes[i].share; i++)
		ticket -= changes[i].share;
	do {
		buf_clear(ret);
		changes[i].change(f, ret);
	} while (is_real(f, ret));
	return changes[i].name;
}
