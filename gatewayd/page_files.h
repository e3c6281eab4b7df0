/* SPDX-License-Identifier: ISC */
/* gatewayd/pages/NAME as text; page_files.c is made at build time. */
#ifndef GATEWAYD_PAGE_FILES_H
#define GATEWAYD_PAGE_FILES_H

extern const char page_file_head[];
extern const char page_file_foot[];
extern const char page_file_login[];
extern const char page_file_grant[];
extern const char page_file_confirm[];
extern const char page_file_code[];
extern const char page_file_refused[];
extern const char page_file_message[];
extern const char page_file_home[];
extern const char page_file_style[];
extern const char page_file_icon[];

#endif
