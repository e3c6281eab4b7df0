/* SPDX-License-Identifier: ISC */
/*
 * Which local users a subject may be, from a file that only the operator can
 * write. Words are compared octet by octet; a line that is not understood
 * refuses the whole file, because half a map is another map.
 */
#include "user_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scopegate/cleanup.h"
#include "ssh_key.h"

#define WORDS 5u /* the last may be left out */

struct line {
	const char *issuer, *environment, *subject, *user; /* into the text */
	const char *ssh_key;                               /* "": none */
	unsigned int number;
};

struct user_map {
	char *text;         /* the file, its words ended by NUL */
	struct line *lines; /* sorted by issuer, then subject */
	size_t count;
};

void
user_map_free(struct user_map *m)
{
	if (m == NULL)
		return;
	free(m->lines);
	free(m->text);
	free(m);
}

static void
user_map_freep(struct user_map **m)
{
	user_map_free(*m);
}

static enum status
file_open(const char *path, int *ret, struct conf_error *e)
{
	_cleanup_(close_fd) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		conf_error_set(e, path, 0,
		    "cannot be read (%s): create it, or name another",
		    strerror(errno));
		return STATUS_NOT_FOUND;
	}
	if (!S_ISREG(st.st_mode)) {
		conf_error_set(e, path, 0, "is no regular file: name one");
		return STATUS_INVALID;
	}
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		conf_error_set(e, path, 0, "belongs to uid %u: chown root '%s'",
		    (unsigned int)st.st_uid, path);
		return STATUS_FORBIDDEN;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		conf_error_set(e, path, 0,
		    "may be written by others: chmod go-w '%s'", path);
		return STATUS_FORBIDDEN;
	}
	*ret = take_fd(&fd);
	return STATUS_OK;
}

/* Reads by what comes, not by st_size: the file may grow meanwhile. */
static enum status
file_read(
    const char *path, char **ret, size_t *ret_length, struct conf_error *e)
{
	_cleanup_(close_fd) int fd = -1;
	_cleanup_(free_ptr) char *text = NULL;
	size_t length = 0;
	ssize_t n;
	enum status status = file_open(path, &fd, e);

	if (status != STATUS_OK)
		return status;
	text = malloc(USER_MAP_FILE_MAX + 2);
	if (text == NULL) {
		conf_error_set(e, path, 0, "out of memory: free some");
		return STATUS_NOMEM;
	}
	while (
	    (n = read(fd, text + length, USER_MAP_FILE_MAX + 1 - length)) > 0)
		length += (size_t)n;
	if (n < 0) {
		conf_error_set(e, path, 0,
		    "cannot be read (%s): check the disk", strerror(errno));
		return STATUS_IO;
	}
	if (length > USER_MAP_FILE_MAX) {
		conf_error_set(e, path, 0,
		    "is over %d octets: use a claim (`user_claim`) instead",
		    USER_MAP_FILE_MAX);
		return STATUS_TOO_BIG;
	}
	text[length] = '\0';
	*ret = TAKE_PTR(text);
	*ret_length = length;
	return STATUS_OK;
}

/* Cuts the line's words in place; WORDS + 1 stands for "more". */
static size_t
line_split(char *line, const char *words[WORDS])
{
	size_t count = 0;

	for (;;) {
		line += strspn(line, " \t");
		if (*line == '\0')
			return count;
		if (count == WORDS)
			return WORDS + 1;
		words[count++] = line;
		line += strcspn(line, " \t");
		if (*line != '\0')
			*line++ = '\0';
	}
}

static bool
has_control(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* NULL: fine. */
static const char *
words_fault(const char *const words[WORDS], size_t count)
{
	if (count != WORDS && count != WORDS - 1)
		return "not four words, or five: write ISSUER ENV SUBJECT "
		       "LOCAL-USER [SSH-KEY]";
	if (strcmp(words[1], "*") != 0 && strcmp(words[1], "paper") != 0 &&
	    strcmp(words[1], "live") != 0)
		return "unknown environment: write paper, live or *";
	if (!user_name_valid(text_of(words[3])))
		return "not a local user's name: it must match "
		       "^[a-z_][a-z0-9_.-]{0,31}$";
	if (count == WORDS && !ssh_key_print_valid(words[4]))
		return "not a key's fingerprint: write the SHA256:... that "
		       "`ssh-keygen -lf FILE` prints";
	return NULL;
}

static enum status
line_add(
    struct user_map *m, const char *const words[WORDS], unsigned int number)
{
	if ((m->count & (m->count - 1)) == 0) {
		size_t room = m->count > 0 ? m->count * 2 : 1;
		struct line *grown =
		    realloc(m->lines, room * sizeof(*m->lines));

		if (grown == NULL)
			return STATUS_NOMEM;
		m->lines = grown;
	}
	m->lines[m->count++] = (struct line){.issuer = words[0],
	    .environment = words[1],
	    .subject = words[2],
	    .user = words[3],
	    .ssh_key = words[4] != NULL ? words[4] : "",
	    .number = number};
	return STATUS_OK;
}

static enum status
line_read(struct user_map *m, char *line, size_t length, unsigned int number,
    const char *path, struct conf_error *e)
{
	const char *words[WORDS] = {NULL};
	const char *fault;
	size_t count;

	if (has_control(line, length)) {
		conf_error_set(e, path, number,
		    "a control character (or a "
		    "carriage return): remove it");
		return STATUS_MALFORMED;
	}
	line[length] = '\0';
	if (line[strspn(line, " \t")] == '#')
		return STATUS_OK;
	count = line_split(line, words);
	if (count == 0)
		return STATUS_OK;
	fault = words_fault(words, count);
	if (fault != NULL) {
		conf_error_set(e, path, number, "%s", fault);
		return STATUS_MALFORMED;
	}
	if (line_add(m, words, number) != STATUS_OK) {
		conf_error_set(e, path, 0, "out of memory: free some");
		return STATUS_NOMEM;
	}
	return STATUS_OK;
}

static int
key_compare(const char *issuer, const char *subject, const struct line *line)
{
	int order = strcmp(issuer, line->issuer);

	return order != 0 ? order : strcmp(subject, line->subject);
}

static int
line_compare(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	int order = key_compare(left->issuer, left->subject, right);

	if (order == 0)
		order = strcmp(left->user, right->user);
	if (order == 0)
		order = strcmp(left->environment, right->environment);
	if (order == 0)
		order = strcmp(left->ssh_key, right->ssh_key);
	return order;
}

static enum status
lines_sort(struct user_map *m, const char *path, struct conf_error *e)
{
	if (m->count == 0)
		return STATUS_OK;
	qsort(m->lines, m->count, sizeof(*m->lines), line_compare);
	for (size_t i = 1; i < m->count; i++) {
		unsigned int one = m->lines[i - 1].number;
		unsigned int two = m->lines[i].number;

		if (line_compare(&m->lines[i - 1], &m->lines[i]) != 0)
			continue;
		conf_error_set(e, path, one > two ? one : two,
		    "the same as line %u: remove one", one > two ? two : one);
		return STATUS_MALFORMED;
	}
	return STATUS_OK;
}

enum status
user_map_load(
    const char *path, struct user_map **ret, struct conf_error *ret_error)
{
	_cleanup_(user_map_freep) struct user_map *m = calloc(1, sizeof(*m));
	size_t length = 0, at = 0;
	unsigned int number = 0;
	enum status status;

	if (m == NULL) {
		conf_error_set(ret_error, path, 0, "out of memory: free some");
		return STATUS_NOMEM;
	}
	status = file_read(path, &m->text, &length, ret_error);
	while (status == STATUS_OK && at < length) {
		char *end = memchr(m->text + at, '\n', length - at);
		size_t octets =
		    end != NULL ? (size_t)(end - m->text) - at : length - at;

		status = line_read(
		    m, m->text + at, octets, ++number, path, ret_error);
		at += octets + 1;
	}
	if (status == STATUS_OK)
		status = lines_sort(m, path, ret_error);
	if (status == STATUS_OK)
		*ret = TAKE_PTR(m);
	return status;
}

const char *
user_map_stray(const struct user_map *m,
    bool (*known)(const char *issuer, const void *context), const void *context,
    unsigned int *ret_line)
{
	const struct line *first = NULL;

	for (size_t i = 0; i < m->count; i++) {
		const struct line *l = &m->lines[i];

		if ((first == NULL || l->number < first->number) &&
		    !known(l->issuer, context))
			first = l;
	}
	if (first == NULL)
		return NULL;
	*ret_line = first->number;
	return first->issuer;
}

/* The first line of the subject, or where it would stand. */
static size_t
lower_bound(const struct user_map *m, const char *issuer, const char *subject)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_compare(issuer, subject, &m->lines[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
line_applies(const struct line *l, const char *environment)
{
	return strcmp(l->environment, "*") == 0 ||
	       (environment != NULL &&
		   strcmp(l->environment, environment) == 0);
}

enum user_map_answer
user_map_look_up(const struct user_map *m, const char *issuer,
    const char *environment, const char *subject, struct text user)
{
	enum user_map_answer answer = USER_MAP_ABSENT;

	for (size_t i = lower_bound(m, issuer, subject);
	     i < m->count && key_compare(issuer, subject, &m->lines[i]) == 0;
	     i++) {
		const struct line *l = &m->lines[i];

		if (!line_applies(l, environment))
			continue;
		if (text_equal_string(user, l->user))
			return USER_MAP_SAME;
		answer = USER_MAP_OTHER;
	}
	return answer;
}

enum user_map_answer
user_map_only(const struct user_map *m, const char *issuer,
    const char *environment, const char *subject, const char **ret)
{
	const char *user = NULL;

	for (size_t i = lower_bound(m, issuer, subject);
	     i < m->count && key_compare(issuer, subject, &m->lines[i]) == 0;
	     i++) {
		const struct line *l = &m->lines[i];

		if (!line_applies(l, environment))
			continue;
		if (user != NULL && strcmp(user, l->user) != 0)
			return USER_MAP_OTHER;
		user = l->user;
	}
	if (user == NULL)
		return USER_MAP_ABSENT;
	*ret = user;
	return USER_MAP_SAME;
}

bool
user_map_has_key(const struct user_map *m, const char *issuer,
    const char *environment, const char *subject, struct text user,
    const char *ssh_key)
{
	for (size_t i = lower_bound(m, issuer, subject);
	     i < m->count && key_compare(issuer, subject, &m->lines[i]) == 0;
	     i++) {
		const struct line *l = &m->lines[i];

		if (ssh_key[0] != '\0' && line_applies(l, environment) &&
		    text_equal_string(user, l->user) &&
		    strcmp(l->ssh_key, ssh_key) == 0)
			return true;
	}
	return false;
}
