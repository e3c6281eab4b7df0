/* SPDX-License-Identifier: ISC */
/*
 * The socket protocol between callers (the PAM module, the operator's tool,
 * the HTTP front) and the daemon. This comment is the whole grammar; a client
 * can be written from it.
 *
 * Transport: a Unix socket of type SOCK_SEQPACKET. One message is one packet
 * of at most MESSAGE_MAX bytes. One connection carries one request, or one
 * conversation; after the final reply the daemon closes it. Closing it earlier
 * cancels the request.
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
 *	                         [uid]                          policy ssh_key
 *	ACCOUNT   login, tools   service user handle budget_ms  rhost tty ruser
 *	                         [uid]                          policy ssh_key
 *	LOGIN_BEGIN   login      service user budget_ms         rhost tty ruser
 *	                         [uid]                          policy method
 *	                                                        ssh_key
 *	LOGIN_ANSWER  login      budget_ms                      answer
 *	CONTROL   ctl            command                        service user
 *	                                                 rhost token ref handle
 *	                                                 kind value issuer
 *	GATEWAY   gateway        command                        see below
 *
 * An ssh_key that comes by tools is not believed: whoever may use that socket
 * could write any. The request is taken as if it had none.
 *
 * CONTROL commands: "status", "check" (service, user, token; rhost), "flush",
 * "reload", "grants" (user, handle: one, with more), "grant-revoke" (handle, or
 * user: all of that user's), "key-rotate", "deny" and "allow" (kind, value;
 * issuer: of that one alone), "denied" (the rules).
 *
 * A conversation: LOGIN_BEGIN is answered by PROMPT or VERDICT. Each PROMPT is
 * answered by one LOGIN_ANSWER on the same connection, with an id of its own,
 * until a VERDICT or an ERROR ends it. Either may also come while the person
 * is still being asked, under the id of the last request: the page was gone
 * through to a refusal, or the time is over. The budget of LOGIN_BEGIN bounds
 * the whole conversation, the person's time included; that of a LOGIN_ANSWER
 * how long the caller waits for the reply to it. An answer may be what the prompt
 * asks for, an access token, or a login code. ACK as for any request.
 *
 *	GATEWAY    required             optional
 *	link       link rhost           browser
 *	callback   state rhost          browser code iss path oauth_error
 *	                                error_description
 *	confirm    state browser choice rhost
 *	code       token service user host rhost
 *	authorize  token service rhost
 *	event      document
 *	metadata
 *	metrics
 *
 * Each GATEWAY command is answered by a DOCUMENT, whose members stand in
 * validatord/gateway.h.
 *
 *	reply
 *	ACK                 the request is understood and being worked on; it is
 *	                    left out where the final reply follows at once
 *	VERDICT             verdict reason ref; handle (allow only), detail,
 *	                    retry_after
 *	PROMPT              prompt; link, user_code, number, qr, logins, tries,
 *	                    seconds; link is required with BROWSER and REDIRECT,
 *	                    link and user_code with DEVICE_ENTER, and number as
 *	                    well with DEVICE_NUMBER
 *	DOCUMENT            document            (answers CONTROL and GATEWAY)
 *	ERROR               error; the daemon's version stands in the header
 *
 * The reason of a VERDICT is one of status.h's, and its verdict is the
 * message's; anything else is malformed.
 *
 * A request gets at most one ACK and then exactly one VERDICT, PROMPT, DOCUMENT
 * or ERROR. Authority is the socket a request came by, never a field in it.
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
#define LINK_MAX 4096u /* a URL that a person opens */
#define ANSWER_MAX TOKEN_MAX
#define STATE_MAX 128u
#define CODE_MAX 4096u /* an authorization code */
#define ISS_MAX 1024u
#define ERROR_TEXT_MAX 1024u
#define BROWSER_MAX 64u
#define CHOICE_MAX 16u
#define CALLBACK_PATH_MAX 128u
#define USER_CODE_MAX 64u
#define NUMBER_MAX 16u
#define QR_MAX 12288u
#define SSH_KEY_MAX 2048u /* of RSA with 8192 bits 1,400 */
#define BUDGET_MS_MAX 300000u

enum message_type {
	MESSAGE_CHECK = 1,
	MESSAGE_ACCOUNT = 2,
	MESSAGE_LOGIN_BEGIN = 3,
	MESSAGE_LOGIN_ANSWER = 4,
	MESSAGE_CONTROL = 32,
	MESSAGE_GATEWAY = 33,
	MESSAGE_ACK = 129,
	MESSAGE_VERDICT = 130,
	MESSAGE_ERROR = 131,
	MESSAGE_DOCUMENT = 132,
	MESSAGE_PROMPT = 133,
};

/* What a PROMPT asks for; the words are the module's. */
enum prompt {
	PROMPT_TOKEN = 1,      /* an access token or a login code */
	PROMPT_BROWSER,        /* `link`: the code that the page shows in the end */
	PROMPT_REDIRECT,       /* `link`: the address that the browser ends at */
	PROMPT_DEVICE_NUMBER,  /* `link`, `user_code`, and the `number` that the
	                        * page asks for; an empty answer when done */
	PROMPT_DEVICE_ENTER,   /* `link`, `user_code`: an empty answer when done */
	PROMPT_BROWSER_AGAIN,  /* wrong code: `tries` are left */
	PROMPT_REDIRECT_AGAIN, /* not the address asked for */
	PROMPT_DEVICE_AGAIN,   /* wrong number: `tries` are left */
	PROMPT_NOT_YET,        /* the page has not been gone through yet */
	PROMPT_COUNT,
};

/* Bits of `method` and `logins`: ways to sign in. */
#define LOGIN_TOKEN 1u
#define LOGIN_BROWSER 2u
#define LOGIN_DEVICE 4u
#define LOGIN_ALL 7u

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
	TAG_METHOD, /* u8: LOGIN_* bits that the caller allows; absent: all */
	TAG_ANSWER, /* string: what the person typed; absent: nothing */
	TAG_PROMPT, /* u8: enum prompt */
	TAG_LINK, /* string: a URL to open; in GATEWAY the link's name alone */
	TAG_USER_CODE, /* string: RFC 8628 section 3.2 */
	TAG_QR, /* document: the link drawn, lines of U+2580 U+2584 U+2588 and
	         * blanks */
	TAG_LOGINS, /* u8: LOGIN_* bits that an answer may use beside */
	TAG_TRIES, /* u8: how many are left */
	TAG_SECONDS, /* u32: until the conversation ends */
	TAG_STATE, /* token: RFC 6749 section 4.1.1 */
	TAG_CODE, /* string: RFC 6749 section 4.1.2 */
	TAG_ISS, /* string: RFC 9207 section 2 */
	TAG_OAUTH_ERROR, /* string: RFC 6749 section 4.1.2.1 `error` */
	TAG_ERROR_DESCRIPTION, /* string */
	TAG_BROWSER, /* token: the browser's cookie */
	TAG_CHOICE, /* string: "approve" or "deny" */
	TAG_HOST, /* string: the host that a login code is for */
	TAG_NUMBER, /* string: digits that a device grant's page asks for, so
	             * that whoever approves has seen the terminal */
	TAG_PATH, /* string: the path below the front's own address that a
	           * callback came by; absent: "/callback" */
	TAG_KIND, /* string: what a rule of the deny list is about */
	TAG_VALUE, /* string: and which */
	TAG_ISSUER, /* string: the name of an issuer's section */
	TAG_SSH_KEY, /* string: "TYPE BASE64" as in authorized_keys, of the key
	              * whose possession sshd has seen proven */
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
	X(INTERNAL, 7, "internal error") \
	X(ENDING, 8, "the daemon is ending")

enum protocol_error {
#define X(name, number, text) PROTOCOL_ERROR_##name = number,
	PROTOCOL_ERROR_LIST(X)
#undef X
};

#endif
