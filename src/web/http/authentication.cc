#include "web/http/authentication.h"

#include "base/one_shot.h"
#include "base/text.h"
#include "net/header_value.h"
#include "net/loop.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/limits.h"

namespace gyr::web {
namespace {

/// The credential a request shows. `Basic Og==`, an empty user and password, is what some clients always send: it
/// counts for nothing (API-15).
struct Shown {
  std::optional<security::Credentials> credentials;
  std::string_view header;
};

Shown credential_of(const net::Headers& headers) {
  for (std::string_view line : headers.all("Cookie")) {
    if (auto token = net::cookie(line, "BASIC_AUTH")) return {security::parse_basic_token(*token), "Cookie"};
  }
  if (auto header = headers.get("Authorization")) {
    auto credentials = security::parse_basic_header(base::trim(*header));
    if (credentials && credentials->username.empty() && credentials->password.empty()) credentials.reset();
    return {std::move(credentials), "Authorization"};
  }
  return {};
}

}  // namespace

Authenticator::Authenticator(security::BasicAuthenticator* authenticator, const Services& services,
                             const Settings& settings)
    : authenticator_(authenticator), pool_(services.passwords), settings_(settings) {}

base::Task<base::Result<bool>> Authenticator::check(security::Credentials credentials, base::Loop* loop) {
  if (authenticator_ == nullptr) co_return !required();
  if (authenticator_->remembers(credentials)) co_return true;
  if (pool_.queued() >= waiting_logins) {
    co_return base::fail(too_many_attempts, "too many logins at once; try again in a moment");
  }
  co_return co_await on_pool<bool>(
      &pool_, loop, [authenticator = authenticator_, credentials = std::move(credentials)]() -> base::Result<bool> {
        return authenticator->authenticate(credentials);
      });
}

base::Task<base::Result<Identity>> Authenticator::identify(const net::ServerRequest* request, base::Loop* loop) {
  if (!required()) co_return Identity{{}, false, {}};
  if (authenticator_ == nullptr) co_return Identity{};
  Shown shown = credential_of(request->headers);
  if (!shown.credentials) co_return Identity{};
  std::string username = shown.credentials->username;
  GYR_CO_TRY(bool right, co_await check(*std::move(shown.credentials), loop));
  if (!right) co_return Identity{};
  co_return Identity{std::move(username), false, shown.header};
}

Identity Authenticator::glance(const net::ServerRequest& request) const {
  Identity identity;
  if (authenticator_ == nullptr) return identity;
  const Shown shown = credential_of(request.headers);
  if (shown.credentials && shown.credentials->username == authenticator_->username()) identity.proof = shown.header;
  return identity;
}

bool Authenticator::is_open(std::string_view path) const {
  for (const std::string& prefix : settings_.open_urls) {
    if (!prefix.empty() && path.starts_with(prefix)) return true;
  }
  return false;
}

void add_challenge(const net::Headers& request, std::string_view realm, net::ServerResponse& response) {
  if (auto referer = request.get("Referer")) {
    if (referer->substr(0, referer->find('?')).ends_with("/login")) return;
  }
  std::string quoted;
  for (char c : realm) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (c >= ' ' && c != '\x7f') quoted.push_back(c);
  }
  response.headers.add("WWW-Authenticate", fmt::format("Basic realm=\"{}\"", quoted));
}

}  // namespace gyr::web
