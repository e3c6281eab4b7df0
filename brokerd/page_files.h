/* SPDX-License-Identifier: ISC */
/* brokerd/pages/NAME as text; page_files.c is made at build time. */
#ifndef BROKERD_PAGE_FILES_H
#define BROKERD_PAGE_FILES_H

extern const char page_file_head[];
extern const char page_file_foot[];
extern const char page_file_form_refused[];
extern const char page_file_field[];
extern const char page_file_home[];
extern const char page_file_account[];
extern const char page_file_confirm[];
extern const char page_file_connected[];
extern const char page_file_connection[];
extern const char page_file_password[];
extern const char page_file_error[];
extern const char page_file_receivers[];
extern const char page_file_sign_in[];
extern const char page_file_sign_up[];
extern const char page_file_consent[];
extern const char page_file_operator_faults[];
extern const char page_file_device[];
extern const char page_file_device_confirm[];
extern const char page_file_device_done[];
extern const char page_file_agreement[];
extern const char page_file_agreement_text[];
extern const char page_file_apps[];
extern const char page_file_app[];
extern const char page_file_app_form[];
extern const char page_file_app_secret[];
extern const char page_file_app_delete[];
extern const char page_file_operator[];
extern const char page_file_operator_app[];
extern const char page_file_operator_apps[];
extern const char page_file_operator_audit[];
extern const char page_file_operator_grant[];
extern const char page_file_operator_grants[];
extern const char page_file_operator_keys[];
extern const char page_file_operator_live[];
extern const char page_file_operator_pager[];
extern const char page_file_operator_reviews[];
extern const char page_file_operator_tabs[];
extern const char page_file_operator_user[];
extern const char page_file_operator_users[];
extern const char page_file_style[];
extern const char page_file_icon[];

#endif
