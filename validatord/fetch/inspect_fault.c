/* SPDX-License-Identifier: ISC */
#include "inspect_fault.h"

#include <openssl/x509_vfy.h>

#include "scopegate/cleanup.h"

struct fault {
	long code;
	const char *what, *remedy;
};

/* libcurl says 60 to all of them. */
static const struct fault certificates[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "its certificate has expired",
	"renew it at the server"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "its certificate is not valid yet",
	"compare the clocks of this host and of the server"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	"its certificate is self-signed, and `ca_file` does not hold it",
	"name it with `ca_file`, or give the server one of an authority"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	"its certificate is from an authority that `ca_file` does not hold",
	"name the authority's certificate with `ca_file`"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	"its certificate is from an authority that `ca_file` does not hold",
	"name the authority's certificate with `ca_file`, or have the server "
	"send its whole chain"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
	"its certificate is from an authority that `ca_file` does not hold",
	"have the server send its whole chain"},
};

static const struct fault exchanges[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "its name cannot be resolved",
	"correct the name, or mend DNS on this host"},
    {CURLE_COULDNT_CONNECT, "nothing answers at its address and port",
	"start the server, correct the port, or open the firewall"},
    {CURLE_SSL_CACERT_BADFILE, "`ca_file` holds no certificate",
	"name a file of PEM certificates"},
    {CURLE_SSL_CERTPROBLEM, "our own certificate cannot be used",
	"look at the files of certificate and key that the section names"},
    {CURLE_SSL_CONNECT_ERROR, "the TLS handshake failed",
	"the port must speak TLS 1.2 or newer"},
    {CURLE_PEER_FAILED_VERIFICATION, "its certificate is not for this address",
	"use the name that the certificate has, or give the server one for "
	"this name"},
    {CURLE_WEIRD_SERVER_REPLY, "what answers does not speak HTTP",
	"correct scheme and port"},
    {CURLE_UNSUPPORTED_PROTOCOL, "what answers does not speak HTTP",
	"correct scheme and port"},
    {CURLE_GOT_NOTHING, "it closed the connection without an answer",
	"correct scheme and port, or look at the server's log"},
    {CURLE_FILESIZE_EXCEEDED, "its answer is too large",
	"look at what answers there"},
};

static const struct fault *
find(const struct fault *rows, size_t count, long code)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].code == code)
			return &rows[i];
	}
	return NULL;
}

static const struct fault *
find_timeout(bool connected)
{
	static const struct fault timeouts[] = {
	    {0, "no connection came about in time",
		"look for a firewall on the way"},
	    {0, "it did not answer in time",
		"look at the server: no login waits longer"},
	};

	return &timeouts[connected ? 1 : 0];
}

bool
inspect_fault(CURLcode code, long verified, bool connected,
    const char **ret_fault, const char **ret_remedy)
{
	const struct fault *f = NULL;
	bool whole;

	if (code == CURLE_PEER_FAILED_VERIFICATION)
		f = find(certificates, ELEMENTS(certificates), verified);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		f = find_timeout(connected);
	whole = f != NULL;
	if (f == NULL)
		f = find(exchanges, ELEMENTS(exchanges), (long)code);
	*ret_fault = f != NULL ? f->what : "the exchange broke off";
	*ret_remedy = f != NULL ? f->remedy : "look at the server's log";
	return whole;
}
