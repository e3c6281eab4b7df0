/* SPDX-License-Identifier: ISC */
/*
 * A generic INI reader over libinih: every option is one table row with name,
 * type, range, default and help, from which the parser, the printed defaults
 * and the manual's check are made. Unknown and repeated keys, unknown and
 * repeated sections, bad units and empty required values are errors with
 * file, line, what is wrong and how to mend it.
 */
#ifndef SCOPEGATE_CONF_H
#define SCOPEGATE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scopegate/status.h"

#define CONF_FILE_MAX (64 * 1024)
#define CONF_LINE_MAX 196 /* octets; libinih cuts silently at 199 */
#define CONF_NAME_MAX 40 /* of a named section; libinih cuts at 49 in all */

/* What a value looks like and what is stored at the row's offset. */
enum conf_type {
	CONF_STRING, /* char * (owned) */
	CONF_PATH, /* char * (owned): absolute */
	CONF_WORDS, /* struct word_list: separated by blanks, no repeats; goes
	             * on in lines that start with a blank */
	CONF_CHOICE, /* int: index into row->choices */
	CONF_BOOL, /* bool: yes|no|on|off|true|false */
	CONF_INTEGER, /* int64_t */
	CONF_DURATION_MS, /* int64_t ms: 300ms 10s 5m 12h 7d; a unit is a must */
};

struct word_list {
	char **words; /* NULL-terminated when count > 0 */
	size_t count;
};
void word_list_clear(struct word_list *l);
bool word_list_has(const struct word_list *l, const char *word);
enum status word_list_add(struct word_list *l, const char *word, size_t length);
/* Appends the words of `text`, which blanks separate. STATUS_INVALID at a word
 * that is there already, unless `repeats`. */
enum status word_list_split(struct word_list *l, const char *text,
    bool repeats);

struct conf_option {
	const char *name;
	enum conf_type type;
	size_t offset; /* into the section's struct */
	const char *fallback; /* default, as it would be written; NULL: none */
	bool required;
	int64_t min, max; /* numbers and durations (ms); words: their count */
	const char *const *choices; /* NULL-terminated */
	/* Optional further check of the text. NULL: fine; else a sentence that
	 * says what is wrong and how to mend it (static or owned by nobody). */
	const char *(*check)(const char *text);
	/* The key may occur again; each occurrence adds a word (the whole
	 * text) to the struct word_list at the offset. CONF_STRING only. */
	bool repeated;
	const char *help; /* one sentence for `config defaults` and the manual */
};

struct conf_section {
	const char *name; /* "issuer" */
	bool named; /* [issuer NAME] */
	size_t at_most; /* 0: any number */
	const struct conf_option *options; /* ends with name == NULL */
	const char *manual; /* of the first section, for all; NULL:
			     * validatord.conf(5) */
	/* Gives the struct for a new section, zeroed; NULL: no memory. */
	void *(*start)(void *context, const char *name, const char *file,
	    unsigned int line);
};

/* The first error found. Print as "FILE:LINE: what: how to mend it". */
struct conf_error {
	char file[256];
	unsigned int line; /* 0: the file as a whole */
	char text[512];
};
void conf_error_set(struct conf_error *e, const char *file, unsigned int line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void conf_error_log(const struct conf_error *e); /* as an error, for daemons */

/*
 * Reads one file into the structs that start() hands out; call once per file,
 * with the same `seen` state, then conf_finish() for defaults and required
 * keys. The file must be regular, owned by root or by us, and writable by
 * nobody else; at most CONF_FILE_MAX bytes and CONF_LINE_MAX a line. Comments
 * start with ; or # at the line's start or " ;" after a value.
 */
struct conf_seen; /* which keys of which section instances were set, where */
struct conf_seen *conf_seen_new(void);
void conf_seen_free(struct conf_seen *s);
void conf_seen_freep(struct conf_seen **s);

enum status conf_read(const char *path, const struct conf_section *sections,
    void *context, struct conf_seen *seen, struct conf_error *ret_error);
enum status conf_finish(const struct conf_section *sections,
    struct conf_seen *seen, struct conf_error *ret_error);
/* The line where a key of this section instance was set, 0 if by default. */
unsigned int conf_line_of(const struct conf_seen *seen, const void *instance,
    const char *name);

/* Takes a key for not set, so that conf_inherit() does not hand it over. */
void conf_forget(
    struct conf_seen *seen, const void *instance, const char *name);

/*
 * Hands the values that `from` set and `to` did not over to `to`. The two are
 * instances of the same rows, perhaps of two readings. Call before
 * conf_finish(): what is handed over counts as set, but on no line of `to`.
 * STATUS_NOMEM or OK.
 */
enum status conf_inherit(struct conf_seen *seen, void *to,
    struct conf_seen *from_seen, void *from);

/* A key of a section that was read, and where its value is from. */
struct conf_entry {
	const char *title; /* of the section, as between its brackets */
	const struct conf_option *option;
	const void *data;  /* the section's struct */
	const char *file;  /* of the value; of the section if line is 0 */
	unsigned int line; /* 0: nobody wrote it */
	bool inherited;    /* by conf_inherit(), from `file` */
	bool begins;       /* the first of its section */
};

/* Tells every key of every section, in the order of files and rows. */
typedef void conf_entry_told(const struct conf_entry *entry, void *context);
void conf_each(const struct conf_seen *seen, conf_entry_told *tell,
    void *context);

/* Appends the value as it would be written; of a key that stands there again
 * and again the one at `place`, from 0. false, and nothing is appended: there
 * is none, or none more. */
struct buf;
bool conf_entry_write(
    const struct conf_entry *entry, size_t place, struct buf *ret);

/*
 * A file that decides who gets in: regular, root's or ours, writable by nobody
 * else, at most `most` octets, without NUL. Appends its text to `ret`.
 */
enum status conf_load_trusted(const char *path, size_t most, struct buf *ret,
    struct conf_error *ret_error);

/* Prints each section with every option, its default and its help. */
void conf_print_defaults(FILE *out, const struct conf_section *sections);

/* Strict conversions, also for command lines and module arguments' like. */
enum status conf_parse_integer(const char *text, int64_t min, int64_t max,
    int64_t *ret);
enum status conf_parse_duration_ms(const char *text, int64_t *ret);

#endif
