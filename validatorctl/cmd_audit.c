/* SPDX-License-Identifier: ISC */
/* audit verify: has anybody changed, dropped or moved a record? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "audit_log.h"
#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"

static void
print_json(bool good, uint64_t records, uint64_t line, const char *what)
{
	_cleanup_(buf_clear) struct buf out;
	struct json_writer w;

	buf_init(&out, DOCUMENT_MAX);
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "intact", good);
	json_write_integer(&w, "records", (int64_t)records);
	if (!good) {
		json_write_integer(&w, "line", (int64_t)line);
		json_write_string(&w, "error", what);
	}
	json_write_end_object(&w);
	(void)printf("%s\n", buf_string(&out));
}

int
cmd_audit_verify(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(audit_log_close) FILE *log = NULL;
	uint64_t records = 0, line = 0;
	const char *path = NULL, *what = NULL;
	int code = EXIT_DONE;
	enum status s;
	bool good;

	if (argc >= 1 && strcmp(argv[0], "--log") == 0) {
		if (argc < 2)
			return usage_error("audit verify: --log lacks a file");
		path = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (takes_nothing(argc, argv) != EXIT_DONE)
		return EXIT_USAGE;
	log = audit_log_open(ctl, path, &code);
	if (log == NULL)
		return code;
	s = audit_verify(log, &records, &line, &what);
	good = s == STATUS_OK;
	if (!good && s != STATUS_MALFORMED) {
		(void)fprintf(stderr,
		    "validatorctl: the audit log cannot be read: %s\n",
		    status_text(s));
		return EXIT_NOT_DONE;
	}
	if (ctl->json)
		print_json(good, records, line, what);
	else if (good)
		(void)printf(
		    "intact: %" PRIu64 " record%s\n", records, plural(records));
	else
		(void)fprintf(
		    stderr, "NOT intact: line %" PRIu64 ": %s\n", line, what);
	return good ? EXIT_DONE : EXIT_NOT_DONE;
}
