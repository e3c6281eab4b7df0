/* SPDX-License-Identifier: ISC */
/* json-check and version: what needs neither daemon nor configuration. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "scopegate/cleanup.h"

static void
print_json(bool good, const char *reason, size_t offset)
{
	_cleanup_(buf_clear) struct buf out;
	struct json_writer w;

	buf_init(&out, 1024);
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "accepted", good);
	if (!good) {
		json_write_string(&w, "reason", reason);
		json_write_integer(&w, "offset", (int64_t)offset);
	}
	json_write_end_object(&w);
	(void)printf("%s\n", buf_string(&out));
}

int
cmd_json_check(const struct ctl *ctl, int argc, char **argv)
{
	bool syntax_only = argc > 0 && strcmp(argv[0], "--syntax") == 0;
	_cleanup_(buf_clear) struct buf document;
	const char *reason = "";
	size_t offset = 0;
	bool good = false;

	buf_init(&document, JSON_DOCUMENT_MAX);
	if (takes_nothing(argc - syntax_only, argv + syntax_only) != EXIT_DONE)
		return EXIT_USAGE;
	if (ctl_read(STDIN_FILENO, &document) != STATUS_OK)
		reason = "the document cannot be read or is too long";
	else
		good = json_check(buf_string(&document), document.length,
			   syntax_only, &reason, &offset) == STATUS_OK;
	if (ctl->json)
		print_json(good, reason, offset);
	else if (good)
		(void)printf("accept\n");
	else
		(void)printf("reject: %s, at octet %zu\n", reason, offset);
	return good ? EXIT_DONE : EXIT_NOT_DONE;
}

int
cmd_version(const struct ctl *ctl, int argc, char **argv)
{
	if (takes_nothing(argc, argv) != EXIT_DONE)
		return EXIT_USAGE;
	(void)printf(ctl->json ? "{\"version\":\"%s\"}\n" : "scopegate %s\n",
	    PACKAGE_VERSION);
	return EXIT_DONE;
}
