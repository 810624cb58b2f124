// What refusals of object stores mean, and what to do.
#include <fmt/format.h>

#include <algorithm>

#include "storage/s3/s3_client.h"

namespace gyr::storage::s3 {
namespace {

/// A code of a store, what we make of it, what to do.
struct Meaning {
  std::string_view code;
  base::ErrorCode error;
  std::string_view hint;
};

constexpr std::string_view clock_hint =
    "the clocks of this machine and of the object store differ too much: synchronise the clock of this machine";
constexpr std::string_view key_hint =
    "check `access-key` and `secret-key` of the storage, or the source of its credentials";
constexpr std::string_view permission_hint =
    "allow these keys s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and "
    "s3:AbortMultipartUpload on its objects";
constexpr std::string_view region_hint = "set `region` of the storage to that of the bucket";
constexpr std::string_view full_hint = "free space in the object store or raise its quota, then run it again";

constexpr Meaning meanings[] = {
    {"NoSuchKey", file_not_found, ""},
    {"NoSuchUpload", file_not_found, ""},
    {"NoSuchBucket", storage_misconfigured, "create the bucket, or correct `bucket` or `endpoint` of the storage"},
    {"InvalidBucketName", storage_misconfigured, "correct `bucket` of the storage"},
    {"PermanentRedirect", storage_misconfigured, region_hint},
    {"TemporaryRedirect", storage_misconfigured, region_hint},
    {"AuthorizationHeaderMalformed", storage_misconfigured, region_hint},
    {"IllegalLocationConstraintException", storage_misconfigured, region_hint},
    {"AccessDenied", storage_denied, permission_hint},
    {"AllAccessDisabled", storage_denied, permission_hint},
    {"AccountProblem", storage_denied, "ask the operator of the object store about the account"},
    {"InvalidAccessKeyId", storage_denied, key_hint},
    {"SignatureDoesNotMatch", storage_denied,
     "check `secret-key` of the storage; a proxy that changes the host or the path also breaks signatures"},
    {"RequestTimeTooSkewed", storage_denied, clock_hint},
    {"RequestExpired", storage_denied, clock_hint},
    {"ExpiredToken", storage_denied, "the credentials have expired: set new credentials, or a source that renews them"},
    {"InvalidToken", storage_denied, "the session token does not belong to these keys"},
    {"QuotaExceeded", storage_full, full_hint},
    {"XMinioStorageFull", storage_full, full_hint},
    {"XMinioAdminBucketQuotaExceeded", storage_full, full_hint},
    // A part was damaged on its way, or another writer got in between: the same request may do.
    {"BadDigest", storage_failed, ""},
    {"XAmzContentSHA256Mismatch", storage_failed, ""},
    {"IncompleteBody", storage_failed, ""},
    {"RequestTimeout", storage_failed, ""},
    {"OperationAborted", storage_failed, ""},
    {"PreconditionFailed", storage_failed, "the file was overwritten while it was read: read it again"},
    {"SlowDown", storage_failed, ""},
    {"InternalError", storage_failed, ""},
};

bool passes(int status) { return status >= 500 || status == 408 || status == 429; }

/// By its status alone, where the store says nothing that is known.
Meaning by_status(const Call& call, int status) {
  if (status == 404 && !call.key.empty()) return {"", file_not_found, ""};
  if (status == 507) return {"", storage_full, full_hint};
  if (status == 412 || (passes(status) && status != 501)) return {"", storage_failed, ""};
  if (status == 401 || status == 403) {
    return {"", storage_denied,
            "check the credentials of the storage, their permissions, and the clock of this machine"};
  }
  if (status >= 300 && status <= 399) return {"", storage_misconfigured, region_hint};
  return {"", storage_misconfigured, "check that the endpoint of the storage is an object store"};
}

/// Text of others, short and on one line.
std::string one_line(std::string_view text) {
  std::string out(text.substr(0, 300));
  std::ranges::replace_if(out, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return out;
}

}  // namespace

base::Error told_error(const Client& client, const Call& call, int status, const net::Headers& headers,
                       const XmlElement& error) {
  const std::string_view code = error.text_of("Code");
  const auto* known = std::ranges::find(meanings, code, &Meaning::code);
  Meaning meaning = known == std::end(meanings) ? by_status(call, status) : *known;
  // An answer that began well and ends with an error may do the next time.
  if (known == std::end(meanings) && status < 300) meaning = {"", storage_failed, ""};
  if (meaning.error == file_not_found)
    return {file_not_found, fmt::format("File not found: {}", client.shown(call.key))};
  std::string message = fmt::format("cannot {} {}: {} {}", call.what, client.shown(call.key), status, one_line(code));
  if (const auto text = error.text_of("Message"); !text.empty()) message += ": " + one_line(text);
  base::Error made(meaning.error, std::move(message));
  std::string hint(meaning.hint);
  std::string_view region = error.text_of("Region");
  if (region.empty()) region = headers.get("x-amz-bucket-region").value_or("");
  if (hint == region_hint && !region.empty()) hint += fmt::format("; the object store expects `{}`", one_line(region));
  if (hint == clock_hint) {
    if (const auto time = error.text_of("ServerTime"); !time.empty())
      hint += fmt::format("; the clock of the object store says {}", one_line(time));
  }
  return hint.empty() ? made : made.with_hint(std::move(hint));
}

base::Error answered_error(const Client& client, const Call& call, int status, const net::Headers& headers,
                           std::string_view body) {
  if (!body.empty()) {
    if (auto root = parse_xml(body); root && root->name == "Error")
      return told_error(client, call, status, headers, *root);
  }
  const Meaning meaning = by_status(call, status);
  if (meaning.error == file_not_found)
    return {file_not_found, fmt::format("File not found: {}", client.shown(call.key))};
  std::string message =
      fmt::format("cannot {} {}: the object store returned {}", call.what, client.shown(call.key), status);
  if (!body.empty()) message += ": " + one_line(body);
  base::Error made(meaning.error, std::move(message));
  std::string hint(meaning.hint);
  const auto region = headers.get("x-amz-bucket-region");
  if (hint == region_hint && region) hint += fmt::format("; the object store expects `{}`", one_line(*region));
  return hint.empty() ? made : made.with_hint(std::move(hint));
}

base::Error unanswered_error(const Client& client, const Call& call, const base::Error& error) {
  const bool hopeless =
      error.code() == net::tls_failed || error.code() == net::bad_request || error.code() == net::bad_url;
  base::Error made(hopeless ? storage_misconfigured : storage_failed,
                   fmt::format("cannot {} {}: {}", call.what, client.shown(call.key), error.message()));
  if (error.code() == net::name_not_resolved) {
    return made.with_hint(
        "check `endpoint`, `region` and `bucket` of the storage, and the DNS settings of the machine; an object store "
        "without bucket host names requires `force-path-style: true`");
  }
  if (error.code() == net::tls_failed) {
    return made.with_hint("check that the endpoint supports https and that this machine trusts its certificate");
  }
  if (error.code() == net::connection_failed)
    return made.with_hint("check that the object store is running and that `endpoint` of the storage is correct");
  return error.hint().empty() ? made : made.with_hint(error.hint());
}

}  // namespace gyr::storage::s3
