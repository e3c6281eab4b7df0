/* SPDX-License-Identifier: ISC */
/* Agreements and signatures in the store. */
#include "app/agreement.h"

#include "page_files.h"
#include "scopegate/cleanup.h"

const struct agreement agreement_current = {
    AGREEMENT_VERSION, page_file_agreement_text};

enum status
agreement_signed(
    struct store *s, const struct agreement *a, int64_t user, int64_t *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT signed FROM agreement_signatures"
			   " WHERE user = ? AND version = ? AND hash = ?");
	struct digest hash;
	enum status status = digest_of_text(a->text, &hash);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, user);
	query_text(&q, a->version);
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	status = query_step(&q);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	*ret = status == STATUS_OK ? query_column_integer(&q, 0) : 0;
	return STATUS_OK;
}

/* The text is kept when somebody first signs it. */
static enum status
keep_text(struct store *s, const struct agreement *a, const struct digest *hash,
    int64_t now)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT OR IGNORE INTO agreements (version, hash, text, published)"
	    " VALUES (?, ?, ?, ?)");

	query_text(&q, a->version);
	query_blob(&q, hash->bytes, DIGEST_SIZE);
	query_text(&q, a->text);
	query_integer(&q, now);
	return query_run(&q);
}

static enum status
keep_signature(struct store *s, const struct agreement *a, int64_t user,
    const struct digest *hash, int64_t now)
{
	/* Only of the text that is kept. */
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO agreement_signatures (user, version, hash, signed)"
	    " SELECT ?, version, hash, ? FROM agreements"
	    " WHERE version = ? AND hash = ?");
	enum status status;

	query_integer(&q, user);
	query_integer(&q, now);
	query_text(&q, a->version);
	query_blob(&q, hash->bytes, DIGEST_SIZE);
	status = query_run(&q);
	if (status == STATUS_OK && store_changes(s) == 0)
		return STATUS_FORBIDDEN;
	return status;
}

enum status
agreement_sign(struct store *s, const struct agreement *a, int64_t user,
    int64_t now, struct digest *ret_hash)
{
	struct digest hash;
	enum status status = digest_of_text(a->text, &hash);

	if (status == STATUS_OK)
		status = keep_text(s, a, &hash, now);
	if (status == STATUS_OK)
		status = keep_signature(s, a, user, &hash, now);
	if (status == STATUS_OK)
		*ret_hash = hash;
	return status;
}
