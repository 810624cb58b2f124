#include "storage/s3/machine_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "base/log.h"
#include "net/url.h"
#include "storage/s3/s3_storage.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::storage::s3 {
namespace {

constexpr base::Duration renewed_before = base::Duration::of_seconds(300);
/// The service for credentials is on this machine, or does not exist.
constexpr std::chrono::milliseconds metadata_connect_timeout{2'000};
constexpr std::chrono::milliseconds metadata_timeout{5'000};
constexpr size_t max_metadata = 64 << 10;

std::string text_in(const base::Value& map, std::string_view name) {
  const base::Value* found = map.find(name);
  return found != nullptr && found->is_string() ? std::string(found->text()) : std::string();
}

}  // namespace

base::Result<void> check_container_url(const std::string& text) {
  auto url = net::parse_url(text);
  if (!url)
    return base::fail(storage_misconfigured,
                      fmt::format("the URI of the container credentials: {}", url.error().message()));
  constexpr std::string_view near[] = {"localhost",     "127.0.0.1",      "::1",
                                       "169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  if (url->scheme == "https" || std::ranges::find(near, url->host) != std::end(near)) return {};
  return base::fail(storage_misconfigured,
                    fmt::format("cannot request credentials from {}: https is required", url->authority()));
}

MachineCredentials::MachineCredentials(MachineCredentialOptions options, const base::Clock& clock)
    : options_(std::move(options)), clock_(clock), http_(net::make_http_client()), waiting_(*http_) {}

base::Result<Credentials> MachineCredentials::get() {
  std::lock_guard lock(mutex_);
  const base::Instant now = clock_.now();
  if (keys_ && now + renewed_before < keys_->expires) return keys_->credentials;
  auto asked = ask();
  if (asked) {
    keys_ = *std::move(asked);
    return keys_->credentials;
  }
  if (!keys_) return base::fail(asked.error());
  base::log::warn("cannot renew the credentials of the storage: {}", asked.error().message());
  if (now < keys_->expires) return keys_->credentials;
  // They came before: this may pass.
  return base::fail(storage_failed,
                    fmt::format("the credentials of the storage have expired: {}", asked.error().message()));
}

base::Result<std::string> MachineCredentials::answer(net::ClientRequest request) {
  request.connect_timeout = metadata_connect_timeout;
  request.total_timeout = metadata_timeout;
  request.max_body_bytes = max_metadata;
  request.follow_redirects = false;
  auto response = waiting_.send(std::move(request));
  if (response && response->status == 200) return std::move(response->body);
  const std::string why = response ? fmt::format("the response was {}", response->status) : response.error().message();
  return base::fail(
      base::Error(storage_denied, fmt::format("the storage has no credentials, and cannot get credentials from {}: {}",
                                              options_.container_url.empty() ? "this machine" : "the container", why))
          .with_hint("set `access-key` and `secret-key` of the storage, or the variables AWS_ACCESS_KEY_ID and "
                     "AWS_SECRET_ACCESS_KEY, or assign a role to the machine"));
}

base::Result<MachineCredentials::Keys> MachineCredentials::ask() {
  net::ClientRequest request;
  if (!options_.container_url.empty()) {
    request.url = options_.container_url;
    std::string token = options_.container_token;
    if (!options_.container_token_file.empty()) {
      std::ifstream file(options_.container_token_file, std::ios::binary);
      std::getline(file, token);
      if (!file)
        return base::fail(storage_misconfigured,
                          fmt::format("cannot read the token for the credentials of the storage in `{}`",
                                      options_.container_token_file));
    }
    if (!token.empty()) request.headers.add("Authorization", token);
  } else {
    net::ClientRequest begin;
    begin.method = "PUT";
    begin.url = options_.machine_endpoint + "/latest/api/token";
    begin.headers.add("X-aws-ec2-metadata-token-ttl-seconds", "300");
    GYR_TRY(const std::string token, answer(std::move(begin)));
    request.headers.add("X-aws-ec2-metadata-token", token);
    request.url = options_.machine_endpoint + "/latest/meta-data/iam/security-credentials/";
    GYR_TRY(const std::string roles, answer(request));
    request.url += net::percent_encode(roles.substr(0, roles.find('\n')));
  }
  GYR_TRY(const std::string body, answer(std::move(request)));
  const auto broken = [] {
    return base::fail(storage_failed, "cannot parse a response with credentials of the storage");
  };
  auto told = syntax::parse_json(body);
  if (!told || !told->is_map()) return broken();
  Keys keys;
  keys.credentials = {text_in(*told, "AccessKeyId"), text_in(*told, "SecretAccessKey"), text_in(*told, "Token")};
  auto expires = syntax::parse_instant(text_in(*told, "Expiration"));
  if (keys.credentials.access_key.empty() || keys.credentials.secret_key.empty() || !expires) return broken();
  keys.expires = *expires;
  return keys;
}

}  // namespace gyr::storage::s3
