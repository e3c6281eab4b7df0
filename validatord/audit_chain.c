/* SPDX-License-Identifier: ISC */
/*
 * What makes a line a link of the chain. Only the outer form is read here; a
 * record's own members must never decide whether it is accepted.
 */
#include "audit_chain.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "scopegate/cleanup.h"

const char audit_hash_zero[AUDIT_HASH_SIZE + 1] =
    "00000000000000000000000000000000"
    "00000000000000000000000000000000";

/* Octets between PREV's end and the newline's place. */
#define TAIL_SIZE                                                              \
	(2 * AUDIT_HASH_SIZE + sizeof(AUDIT_HASH) - 1 + sizeof(AUDIT_END) - 1)
#define WINDOW (4 * AUDIT_RECORD_MAX)

EVP_MD_CTX *
audit_digest_new(void)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();

	if (digest != NULL &&
	    EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1)
		return digest;
	EVP_MD_CTX_free(digest);
	return NULL;
}

bool
audit_digest_start(EVP_MD_CTX *digest)
{
	return EVP_DigestInit_ex(digest, NULL, NULL) == 1;
}

bool
audit_digest_finish(EVP_MD_CTX *digest, char ret[AUDIT_HASH_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[AUDIT_HASH_SIZE / 2];

	if (EVP_DigestFinal_ex(digest, raw, NULL) != 1)
		return false;
	for (size_t i = 0; i < sizeof(raw); i++) {
		ret[2 * i] = digits[raw[i] >> 4];
		ret[2 * i + 1] = digits[raw[i] & 15];
	}
	ret[AUDIT_HASH_SIZE] = '\0';
	return true;
}

bool
audit_digest(EVP_MD_CTX *digest, const void *bytes, size_t size,
    char ret[AUDIT_HASH_SIZE + 1])
{
	return audit_digest_start(digest) &&
	       EVP_DigestUpdate(digest, bytes, size) == 1 &&
	       audit_digest_finish(digest, ret);
}

/* A part of a line that is still to be read. */
struct cursor {
	const char *at, *end;
};

static bool
skip(struct cursor *c, const char *literal)
{
	size_t length = strlen(literal);

	if ((size_t)(c->end - c->at) < length ||
	    memcmp(c->at, literal, length) != 0)
		return false;
	c->at += length;
	return true;
}

static bool
read_number(struct cursor *c, uint64_t *ret)
{
	const char *start = c->at;
	uint64_t value = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9' &&
	       c->at - start < 19)
		value = value * 10 + (uint64_t)(*c->at++ - '0');
	*ret = value;
	return c->at > start && (c->at == start + 1 || *start != '0');
}

static bool
read_hash(struct cursor *c, const char **ret)
{
	if (c->end - c->at < AUDIT_HASH_SIZE)
		return false;
	for (size_t i = 0; i < AUDIT_HASH_SIZE; i++) {
		if (strchr("0123456789abcdef", c->at[i]) == NULL ||
		    c->at[i] == '\0')
			return false;
	}
	*ret = c->at;
	c->at += AUDIT_HASH_SIZE;
	return true;
}

/* After seq: `,"ts":"..."` of no interest, then what was torn. */
static void
read_recovered(struct cursor c, struct audit_line *line)
{
	const char *op = memmem(c.at, (size_t)(c.end - c.at), AUDIT_RECOVERED,
	    sizeof(AUDIT_RECOVERED) - 1);

	line->recovered = false;
	if (op == NULL)
		return;
	c.at = op + sizeof(AUDIT_RECOVERED) - 1;
	line->recovered = read_number(&c, &line->torn_octets) &&
			  skip(&c, AUDIT_TORN_HASH) &&
			  read_hash(&c, &line->torn_hash);
}

static const char *
line_split(const char *text, size_t length, struct audit_line *ret)
{
	struct cursor head = {text, text + length};
	struct cursor tail = head;

	if (length < TAIL_SIZE + sizeof(AUDIT_PREV) - 1 ||
	    !skip(&head, AUDIT_HEAD) || !read_number(&head, &ret->sequence))
		return "this is not an audit record";
	tail.at = text + length - TAIL_SIZE - (sizeof(AUDIT_PREV) - 1);
	if (tail.at < head.at || !skip(&tail, AUDIT_PREV) ||
	    !read_hash(&tail, &ret->prev) || !skip(&tail, AUDIT_HASH) ||
	    !read_hash(&tail, &ret->hash) || !skip(&tail, AUDIT_END))
		return "this is not a whole audit record";
	read_recovered(head, ret);
	return NULL;
}

const char *
audit_line_read(
    EVP_MD_CTX *digest, const char *text, size_t length, struct audit_line *ret)
{
	char hash[AUDIT_HASH_SIZE + 1];
	struct audit_line line = {0};
	const char *fault = line_split(text, length, &line);

	if (fault != NULL)
		return fault;
	/* Up to and including the quote that ends prev. */
	if (!audit_digest(digest, text,
		(size_t)(line.prev + AUDIT_HASH_SIZE + 1 - text), hash))
		return "its hash could not be computed";
	if (memcmp(hash, line.hash, AUDIT_HASH_SIZE) != 0)
		return "this record was changed: its hash is another";
	*ret = line;
	return NULL;
}

static enum status
window_read(int fd, char *window, size_t *ret_length, bool *ret_whole)
{
	struct stat st;
	off_t start = 0;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return STATUS_IO;
	if (st.st_size > WINDOW)
		start = st.st_size - WINDOW;
	n = pread(fd, window, WINDOW, start);
	if (n < 0 || n != st.st_size - start)
		return STATUS_IO;
	*ret_length = (size_t)n;
	*ret_whole = start == 0;
	return STATUS_OK;
}

static void
chain_set(struct audit_chain *chain, const struct audit_line *line)
{
	chain->sequence = line->sequence;
	memcpy(chain->hash, line->hash, AUDIT_HASH_SIZE);
	chain->hash[AUDIT_HASH_SIZE] = '\0';
}

/* `end` is the offset behind the last newline, 0 if there is none. */
static enum status
last_line_read(EVP_MD_CTX *digest, const char *window, size_t end, bool whole,
    struct audit_chain *chain)
{
	struct audit_line line;
	const char *newline;
	size_t start;

	if (end == 0 && whole)
		return STATUS_OK;
	if (end == 0)
		return STATUS_MALFORMED;
	newline = memrchr(window, '\n', end - 1);
	if (newline == NULL && !whole)
		return STATUS_MALFORMED;
	start = newline != NULL ? (size_t)(newline - window) + 1 : 0;
	if (audit_line_read(digest, window + start, end - 1 - start, &line) !=
	    NULL)
		return STATUS_MALFORMED;
	chain_set(chain, &line);
	return STATUS_OK;
}

enum status
audit_tail_read(EVP_MD_CTX *digest, int fd, struct audit_tail *ret)
{
	_cleanup_(free_ptr) char *window = malloc(WINDOW);
	struct audit_tail tail = {.newline_missing = false};
	struct audit_line last;
	const char *newline;
	size_t length, end;
	enum status status;
	bool whole;

	if (window == NULL)
		return STATUS_NOMEM;
	memcpy(tail.chain.hash, audit_hash_zero, sizeof(audit_hash_zero));
	status = window_read(fd, window, &length, &whole);
	if (status != STATUS_OK)
		return status;
	newline = memrchr(window, '\n', length);
	end = newline != NULL ? (size_t)(newline - window) + 1 : 0;
	status = last_line_read(digest, window, end, whole, &tail.chain);
	if (status != STATUS_OK)
		return status;
	tail.newline_missing = length > end;
	/* Only the newline may be what the crash cut off. */
	if (length > end && audit_line_read(digest, window + end, length - end,
				&last) == NULL) {
		chain_set(&tail.chain, &last);
		end = length;
	}
	tail.torn_octets = length - end;
	if (!audit_digest(digest, window + end, length - end, tail.torn_hash))
		return STATUS_NOMEM;
	*ret = tail;
	return STATUS_OK;
}
