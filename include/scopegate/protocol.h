/* SPDX-License-Identifier: ISC */
/*
 * The socket protocol between callers (the PAM module, the operator's tool)
 * and the daemon. This comment is the whole grammar; a client can be written
 * from it.
 *
 * Transport: a Unix socket of type SOCK_SEQPACKET. One message is one packet
 * of at most MESSAGE_MAX bytes. One connection carries one request; after the
 * final reply the daemon closes it. Closing it earlier cancels the request.
 * All integers are in network byte order.
 *
 *	message  = header *tlv                 ; nothing after the last tlv
 *	header   = magic version type flags id length
 *	magic    = u32                         ; PROTOCOL_MAGIC
 *	version  = u16                         ; PROTOCOL_VERSION
 *	type     = u8                          ; enum message_type
 *	flags    = u8                          ; 0 in this version
 *	id       = u32                         ; chosen by the client, echoed
 *	length   = u32                         ; of the whole message
 *	tlv      = tag size *OCTET             ; size octets of value
 *	tag      = u16                         ; bit 15: critical
 *	size     = u16
 *
 * A tag occurs at most once, in any order. An unknown tag is skipped unless
 * its critical bit is set. The tags below are defined without that bit, and a
 * sender may set it on any of them.
 *
 * Value kinds: string = 1 or more octets of UTF-8 without NUL or other control
 * characters (U+0000..1F, 7F..9F); token = 1 or more octets of 0x21..0x7E;
 * u8, u16, u32; document = UTF-8 JSON.
 *
 *	request            required                    optional
 *	CHECK     login, tools   service user token budget_ms   rhost tty ruser
 *	                         [uid]                          policy
 *	ACCOUNT   login, tools   service user handle budget_ms  rhost tty ruser
 *	                         [uid]                          policy
 *	CONTROL   ctl            command                        service user
 *	                                                 rhost token ref
 *
 * CONTROL commands: "status", "check" (service, user, token; rhost), "flush",
 * "reload".
 *
 *	reply
 *	ACK                 the request is understood and being worked on; it is
 *	                    left out where the final reply follows at once
 *	VERDICT             verdict reason ref; handle (allow only), detail,
 *	                    retry_after
 *	DOCUMENT            document                    (answers CONTROL)
 *	ERROR               error; the daemon's version stands in the header
 *
 * The reason of a VERDICT is one of status.h's, and its verdict is the
 * message's; anything else is malformed.
 *
 * A request gets at most one ACK and then exactly one VERDICT, DOCUMENT or
 * ERROR. Authority is the socket a request came by, never a field in it.
 * A request in another version, of a type that its socket does not carry, or
 * one that breaks the grammar gets an ERROR that says which.
 */
#ifndef SCOPEGATE_PROTOCOL_H
#define SCOPEGATE_PROTOCOL_H

#define PROTOCOL_MAGIC 0x53675074u /* "SgPt" */
#define PROTOCOL_VERSION 1u

#define MESSAGE_HEADER_SIZE 16u
#define MESSAGE_MAX 65536u
#define TLV_HEADER_SIZE 4u
#define TAG_CRITICAL 0x8000u

/* Limits of values, in octets. Over the limit is refused, never cut. */
#define TOKEN_MAX 16384u
#define USER_MAX 32u
#define SERVICE_MAX 64u
#define RHOST_MAX 255u
#define TTY_MAX 64u
#define POLICY_NAME_MAX 64u
#define REF_MAX 32u
#define HANDLE_MAX 64u
#define COMMAND_MAX 32u
#define DETAIL_MAX 512u
#define DOCUMENT_MAX 60000u
#define BUDGET_MS_MAX 300000u

enum message_type {
	MESSAGE_CHECK = 1,
	MESSAGE_ACCOUNT = 2,
	MESSAGE_CONTROL = 32,
	MESSAGE_ACK = 129,
	MESSAGE_VERDICT = 130,
	MESSAGE_ERROR = 131,
	MESSAGE_DOCUMENT = 132,
};

/* The wire number of a tag is its place here; append only. */
enum message_tag {
	TAG_NONE = 0,
	TAG_SERVICE, /* string: the PAM service name */
	TAG_USER, /* string: the local user who logs in */
	TAG_RHOST, /* string: PAM_RHOST */
	TAG_TTY, /* string: PAM_TTY */
	TAG_RUSER, /* string: PAM_RUSER */
	TAG_POLICY, /* string: consider only this policy */
	TAG_TOKEN, /* token: the access token */
	TAG_HANDLE, /* string: names facts of an earlier CHECK; no credential */
	TAG_BUDGET_MS, /* u32: how long the caller waits, 1..BUDGET_MS_MAX */
	TAG_UID, /* u32: the local account's uid, for the audit; absent if
	          * the service has no local users */
	TAG_COMMAND, /* string: a CONTROL command */
	TAG_REF, /* string: short reference of a decision */
	TAG_VERDICT, /* u8: enum verdict, 1..3 */
	TAG_REASON, /* u16: enum reason */
	TAG_DETAIL, /* string: e.g. the scopes that were missing */
	TAG_RETRY_AFTER, /* u32: seconds */
	TAG_ERROR, /* u16: enum protocol_error */
	TAG_DOCUMENT, /* document */
	TAG_COUNT,
};

/* Why a request was not taken. X(NAME, wire number, "text") */
#define PROTOCOL_ERROR_LIST(X) \
	X(VERSION, 1, "protocol version not supported") \
	X(TYPE, 2, "this socket does not carry messages of this type") \
	X(MALFORMED, 3, "malformed message") \
	X(PEER, 4, "the caller may not use this socket") \
	X(BUSY, 5, "too many connections") \
	X(COMMAND, 6, "unknown command") \
	X(INTERNAL, 7, "internal error")

enum protocol_error {
#define X(name, number, text) PROTOCOL_ERROR_##name = number,
	PROTOCOL_ERROR_LIST(X)
#undef X
};

#endif
