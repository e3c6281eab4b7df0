/* SPDX-License-Identifier: ISC */
/*
 * The changes. One is left out on purpose: for an ECDSA signature (r, s) the
 * pair (r, n - s) is as good, and anybody can compute it (SEC 1 section 4.1.4
 * takes both). Nothing is forged by it, since header and payload stay; but an
 * ES256 token has two spellings, so that nobody may take a digest of the token
 * for its identity.
 */
#include <string.h>

#include "forge.h"
#include "jws_make.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

uint64_t
forge_number(struct forge *f, uint64_t limit)
{
	uint64_t z = f->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % limit;
}

struct text
forge_part(const struct real_token *t, int part)
{
	const char *at = t->text;

	for (; part > 0; part--)
		at = strchr(at, '.') + 1;
	return (struct text){at, strcspn(at, ".")};
}

void
forge_append(struct buf *ret, struct text t)
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

	forge_append(ret, (struct text){t->text, t->length});
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
		struct text part = forge_part(t, i);
		uint8_t octets[TOKEN_ROOM];
		size_t size = 0;

		(void)buf_append_string(ret, i > 0 ? "." : "");
		if (i != changed ||
		    base64url_decode(part.bytes, part.length, octets,
			sizeof(octets), &size) != STATUS_OK) {
			forge_append(ret, part);
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
		forge_append(ret, forge_part(&ONE_OF(f, f->pool), order[i]));
	}
}

/* Cut off, cut out, put in, or put behind. */
static void
cut_or_lengthen(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);
	size_t at = forge_number(f, t->length);
	size_t gone = forge_number(f, t->length - at + 1);

	forge_append(ret, (struct text){t->text, at});
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
		forge_append(ret, (struct text){t->text, t->length});
		if (forge_number(f, 4) == 0)
			(void)buf_append_byte(
			    ret, (uint8_t)forge_number(f, 256));
		else
			append_letters(f, ret, 1 + forge_number(f, 8));
		return;
	}
	forge_append(
	    ret, (struct text){t->text + at + gone, t->length - at - gone});
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
		struct text part = forge_part(t, i);
		char *last;

		(void)buf_append_string(ret, i > 0 ? "." : "");
		forge_append(ret, part);
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
	forge_append(ret, forge_part(t, HEADER));
	(void)buf_append_string(ret, ".");
	forge_payload(f, ret);
	(void)buf_append_string(ret, ".");
	jws_make_base64url(ret, octets, size);
}

static const struct {
	const char *name;
	void (*change)(struct forge *f, struct buf *ret);
	unsigned int share;
} changes[] = {
    {"bits flipped", flip_bits, 18},
    {"octets changed", flip_octets, 18},
    {"parts of several tokens", swap_parts, 12},
    {"cut or lengthened", cut_or_lengthen, 10},
    {"spelled otherwise", respell, 8},
    {"header or payload edited", forge_edit, 12},
    {"signed by a stranger", forge_sign_by_stranger, 6},
    {"signed for another algorithm", forge_sign_for_other_algorithm, 2},
    {"signed by the issuer for something else", forge_sign_for_something_else,
	4},
    {"HMAC by a public key", forge_sign_by_public_key, 4},
    {"signature invented", invent_signature, 4},
    {"unsigned", forge_leave_unsigned, 2},
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
