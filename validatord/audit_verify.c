/* SPDX-License-Identifier: ISC */
/*
 * Reads a log as somebody who suspects it. Every octet must belong to a good
 * record, or to a torn line that the record after it names by length and
 * digest. Without a key the chain cannot show that its end was cut off.
 */
#include "audit.h"

#include <string.h>

#include "audit_chain.h"
#include "scopegate/cleanup.h"

struct reader {
	FILE *log;
	EVP_MD_CTX *digest;
	struct audit_chain chain;
	bool started; /* a record was accepted: prev and seq are known */
	uint64_t line, records;
	/* Octets since the last good record that are none. */
	EVP_MD_CTX *torn;
	uint64_t torn_octets, torn_line;
	const char *torn_what; /* NULL: there are none */
};

static void
digest_freep(EVP_MD_CTX **digest)
{
	EVP_MD_CTX_free(*digest);
}

/* One line without its newline; what is over the limit is left for the next
 * call, as a line of its own. false: the end. */
static bool
next_line(struct reader *r, char *text, size_t *ret_length)
{
	size_t length = 0;
	int c = EOF;

	while (length <= AUDIT_RECORD_MAX && (c = getc(r->log)) != EOF &&
	       c != '\n')
		text[length++] = (char)c;
	*ret_length = length;
	return length > 0 || c == '\n';
}

static const char *
link_fault(const struct reader *r, const struct audit_line *line)
{
	if (r->started && line->sequence != r->chain.sequence + 1)
		return "its number does not follow: records are missing or "
		       "out of order";
	if (r->started &&
	    memcmp(line->prev, r->chain.hash, AUDIT_HASH_SIZE) != 0)
		return "it does not follow the record before it";
	return NULL;
}

/* Is the region before it exactly what this record says was torn? */
static bool
region_explained(struct reader *r, const struct audit_line *line)
{
	char hash[AUDIT_HASH_SIZE + 1];
	_cleanup_(digest_freep) EVP_MD_CTX *copy = EVP_MD_CTX_new();

	if (!line->recovered)
		return r->torn_what == NULL;
	return copy != NULL && EVP_MD_CTX_copy_ex(copy, r->torn) == 1 &&
	       audit_digest_finish(copy, hash) &&
	       line->torn_octets == r->torn_octets &&
	       memcmp(hash, line->torn_hash, AUDIT_HASH_SIZE) == 0;
}

static bool
region_add(struct reader *r, const char *text, size_t length, const char *what)
{
	if (r->torn_what == NULL) {
		r->torn_what = what;
		r->torn_line = r->line;
	} else {
		r->torn_octets++;
		if (EVP_DigestUpdate(r->torn, "\n", 1) != 1)
			return false;
	}
	r->torn_octets += length;
	return EVP_DigestUpdate(r->torn, text, length) == 1;
}

static bool
record_accept(struct reader *r, const struct audit_line *line)
{
	memcpy(r->chain.hash, line->hash, AUDIT_HASH_SIZE);
	r->chain.sequence = line->sequence;
	r->started = true;
	r->records++;
	r->torn_octets = 0;
	r->torn_what = NULL;
	return audit_digest_start(r->torn);
}

static enum status
lines_read(struct reader *r)
{
	char text[AUDIT_RECORD_MAX + 1];
	size_t length;

	while (next_line(r, text, &length)) {
		struct audit_line line;
		const char *fault =
		    audit_line_read(r->digest, text, length, &line);
		bool fine;

		r->line++;
		if (fault == NULL)
			fault = link_fault(r, &line);
		if (fault == NULL && !region_explained(r, &line))
			fault = "it says that other octets were torn than are "
				"there";
		fine = fault == NULL ? record_accept(r, &line)
				     : region_add(r, text, length, fault);
		if (!fine)
			return STATUS_NOMEM;
	}
	if (ferror(r->log))
		return STATUS_IO;
	return r->torn_what == NULL ? STATUS_OK : STATUS_MALFORMED;
}

enum status
audit_verify(
    FILE *log, uint64_t *ret_records, uint64_t *ret_line, const char **ret_what)
{
	_cleanup_(digest_freep) EVP_MD_CTX *digest = audit_digest_new();
	_cleanup_(digest_freep) EVP_MD_CTX *torn = audit_digest_new();
	struct reader r = {.log = log, .digest = digest, .torn = torn};
	enum status status;

	if (digest == NULL || torn == NULL)
		return STATUS_NOMEM;
	status = lines_read(&r);
	*ret_records = r.records;
	if (status == STATUS_MALFORMED) {
		*ret_line = r.torn_line;
		*ret_what = r.torn_what;
	}
	return status;
}
