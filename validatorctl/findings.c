/* SPDX-License-Identifier: ISC */
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "print.h"

#define FINDINGS_MAX (256 * 1024)
#define FINDING_TEXT_MAX 1024

static const char *const names[] = {
    [FINDING_OK] = "ok",
    [FINDING_WARNING] = "warning",
    [FINDING_FAILED] = "failed",
    [FINDING_SKIPPED] = "skipped",
};

void
findings_begin(struct findings *f, bool json, const char *name, const char *url)
{
	*f = (struct findings){.json = json};
	buf_init(&f->out, FINDINGS_MAX);
	json_writer_init(&f->w, &f->out);
	json_write_begin_object(&f->w, NULL);
	json_write_string(&f->w, "issuer", name);
	json_write_string(&f->w, "url", url);
	json_write_begin_array(&f->w, "tests");
	if (!json)
		(void)printf("issuer %s, %s\n", name, url);
}

/* Each as it is known: the next one may take seconds. */
static void
print_line(enum finding finding, const char *step, const char *text,
    const char *remedy)
{
	(void)printf("%-8s %-12s ", names[finding], step);
	print_text(text);
	if (remedy != NULL) {
		(void)printf(": ");
		print_text(remedy);
	}
	(void)putchar('\n');
	(void)fflush(stdout);
}

void
findings_add(struct findings *f, enum finding finding, const char *step,
    const char *remedy, const char *format, ...)
{
	char text[FINDING_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	f->counts[finding]++;
	if (!f->json) {
		print_line(finding, step, text, remedy);
		return;
	}
	json_write_begin_object(&f->w, NULL);
	json_write_string(&f->w, "test", step);
	json_write_string(&f->w, "result", names[finding]);
	json_write_string(&f->w, "what", text);
	json_write_string(&f->w, "remedy", remedy);
	json_write_end_object(&f->w);
}

void
findings_end(struct findings *f, const char *result)
{
	json_write_end_array(&f->w);
	json_write_string(&f->w, "result", result);
	json_write_end_object(&f->w);
	if (f->json && f->out.error == STATUS_OK)
		(void)printf("%s\n", buf_string(&f->out));
	else if (!f->json)
		(void)printf("%s\n", result);
	buf_clear(&f->out);
}
