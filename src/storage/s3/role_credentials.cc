#include "storage/s3/role_credentials.h"

#include <fmt/format.h>

#include <chrono>

#include "base/log.h"
#include "net/url.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/signature.h"
#include "storage/s3/xml.h"
#include "syntax/time.h"

namespace gyr::storage::s3 {
namespace {

/// A third of the shortest time that keys of a role are given for.
constexpr base::Duration role_renewed_before = base::Duration::of_seconds(300);
constexpr std::chrono::milliseconds sts_connect_timeout{10'000};
constexpr std::chrono::milliseconds sts_timeout{30'000};
constexpr size_t max_sts_answer = 64 << 10;

/// What the service says, in its own words where they are understood.
std::string told_by_sts(const net::ClientResponse& response) {
  std::string told = fmt::format("{}", response.status);
  auto root = parse_xml(response.body);
  const XmlElement* error = root ? root->find("Error") : nullptr;
  if (error != nullptr) told += fmt::format(" {}: {}", error->text_of("Code"), error->text_of("Message"));
  return told;
}

}  // namespace

RoleCredentials::RoleCredentials(RoleOptions options, std::unique_ptr<CredentialSource> own, const base::Clock& clock)
    : options_(std::move(options)),
      own_(std::move(own)),
      clock_(clock),
      http_(net::make_http_client()),
      waiting_(*http_) {}

base::Result<Credentials> RoleCredentials::get() {
  std::lock_guard lock(mutex_);
  const base::Instant now = clock_.now();
  if (keys_ && now + role_renewed_before < keys_->expires) return keys_->credentials;
  auto asked = ask();
  if (asked) {
    keys_ = *std::move(asked);
    return keys_->credentials;
  }
  if (!keys_ || now >= keys_->expires) return base::fail(asked.error());
  base::log::warn("cannot renew the credentials of the storage role: {}", asked.error().message());
  return keys_->credentials;
}

base::Result<net::ClientRequest> RoleCredentials::signed_request() const {
  GYR_TRY(const Credentials own, own_->get());
  net::QueryList fields = {{"Action", "AssumeRole"},
                           {"Version", "2011-06-15"},
                           {"RoleArn", options_.role_arn},
                           {"RoleSessionName", options_.session_name},
                           {"DurationSeconds", std::to_string(options_.duration_seconds)}};
  if (!options_.external_id.empty()) fields.emplace_back("ExternalId", options_.external_id);
  const std::string endpoint =
      options_.endpoint.empty() ? fmt::format("https://sts.{}.amazonaws.com", options_.region) : options_.endpoint;
  auto url = net::parse_url(endpoint);
  if (!url) return base::fail(storage_misconfigured, fmt::format("`sts-endpoint-override`: {}", url.error().message()));
  if (url->path.empty()) url->path = "/";

  net::ClientRequest request;
  request.method = "POST";
  request.body = canonical_query(fields);
  const std::string hash = sha256_hex(request.body);
  const std::string time = signature_time(clock_.now());
  SignedRequest covered{.method = request.method, .path = url->path, .query = {}, .headers = {}, .payload_hash = hash};
  covered.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}, {"x-amz-date", time}};
  if (!own.session_token.empty()) covered.headers.emplace_back("x-amz-security-token", own.session_token);
  for (const auto& [name, value] : covered.headers) request.headers.add(name, value);
  covered.headers.emplace_back("host", url->authority());  // written by the HTTP client
  request.headers.add("Authorization", authorization(covered, own, options_.region, "sts", time));
  request.url = url->to_string();
  request.connect_timeout = sts_connect_timeout;
  request.total_timeout = sts_timeout;
  request.max_body_bytes = max_sts_answer;
  request.follow_redirects = false;  // a signature is for one host
  return request;
}

base::Result<RoleCredentials::Keys> RoleCredentials::ask() {
  GYR_TRY(net::ClientRequest request, signed_request());
  auto response = waiting_.send(std::move(request));
  if (!response) {
    return base::fail(storage_failed, fmt::format("cannot request credentials of the role `{}`: {}", options_.role_arn,
                                                  response.error().message()));
  }
  if (response->status != 200) {
    const std::string message =
        fmt::format("cannot get credentials of the role `{}`: {}", options_.role_arn, told_by_sts(*response));
    if (response->status >= 500 || response->status == 429) return base::fail(storage_failed, message);
    return base::fail(base::Error(storage_denied, message)
                          .with_hint("the trust policy of the role must allow the owner of the keys, with "
                                     "`sts-role-external-id` if it requires an external id"));
  }
  auto root = parse_xml(response->body);
  const XmlElement* result = root ? root->find("AssumeRoleResult") : nullptr;
  const XmlElement* given = result == nullptr ? nullptr : result->find("Credentials");
  Keys keys;
  if (given != nullptr) {
    keys.credentials = {std::string(given->text_of("AccessKeyId")), std::string(given->text_of("SecretAccessKey")),
                        std::string(given->text_of("SessionToken"))};
    auto expires = syntax::parse_instant(given->text_of("Expiration"));
    const Credentials& got = keys.credentials;
    if (expires && !got.access_key.empty() && !got.secret_key.empty() && !got.session_token.empty()) {
      keys.expires = *expires;
      return keys;
    }
  }
  return base::fail(storage_failed,
                    fmt::format("cannot parse the response with credentials of the role `{}`", options_.role_arn));
}

}  // namespace gyr::storage::s3
