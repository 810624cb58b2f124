#include "web/http/authentication.h"

#include "base/clock.h"
#include "base/one_shot.h"
#include "base/text.h"
#include "net/header_value.h"
#include "net/loop.h"
#include "syntax/json.h"
#include "web/http/await.h"
#include "web/http/described.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/http/sessions.h"

namespace gyr::web {
namespace {

/// The credential a request shows. `Basic Og==`, an empty user and password, is what some clients always send: it
/// counts for nothing (API-15).
struct Shown {
  std::optional<security::Credentials> credentials;
  std::string_view header;
};

constexpr std::string_view account_kind = "account";
constexpr std::string_view first_account = "first";
constexpr std::chrono::seconds account_recheck{1};

bool changes_nothing(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

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

Authenticator::Authenticator(security::BasicAuthenticator* authenticator, std::unique_ptr<Sessions> sessions,
                             const Services& services, const Settings& settings)
    : services_(services), settings_(settings), sessions_(std::move(sessions)) {
  // What is configured belongs to others, who outlive this.
  if (authenticator != nullptr)
    account_ = std::shared_ptr<security::BasicAuthenticator>(authenticator, [](const void*) {});
}

Authenticator::~Authenticator() = default;

std::shared_ptr<security::BasicAuthenticator> Authenticator::account() const {
  std::lock_guard lock(mutex_);
  return account_;
}

void Authenticator::set_stored(std::shared_ptr<security::BasicAuthenticator> account) {
  std::lock_guard lock(mutex_);
  account_ = std::move(account);
}

base::Task<base::Result<void>> Authenticator::refresh(base::Loop* loop) {
  if (!wants_account()) co_return base::Result<void>();
  {
    std::lock_guard lock(mutex_);
    if (next_look_ && loop->now() < *next_look_) co_return base::Result<void>();
  }
  auto row = co_await read<std::optional<store::DocumentRow>>(
      &services_.store, loop, [](store::Reader& reader) { return reader.document(account_kind, first_account); });
  // The server must not be open while the store has not answered: each request until then asks, too.
  GYR_CO_CHECK(row);
  if (!*row) {
    std::lock_guard lock(mutex_);
    next_look_ = loop->now() + account_recheck;
    co_return base::Result<void>();
  }
  GYR_CO_TRY(const base::Value content, syntax::parse_json((*row)->content));
  const base::Value* username = content.find("username");
  const base::Value* password = content.find("password");
  if (username == nullptr || password == nullptr || !username->is_string() || !password->is_string())
    co_return base::fail(internal_error, "the stored account is damaged");
  GYR_CO_TRY(auto account,
             security::BasicAuthenticator::of_hash(std::string(username->text()), std::string(password->text())));
  set_stored(std::move(account));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> Authenticator::create_account(security::Credentials credentials, store::Access access,
                                                             base::Loop* loop) {
  if (!wants_account()) co_return base::fail(illegal_state, "there is an account already");
  if (services_.passwords.queued() >= waiting_logins)
    co_return base::fail(too_many_attempts, "too many logins at once; try again in a moment");
  using Account = std::shared_ptr<security::BasicAuthenticator>;
  GYR_CO_TRY(auto account,
             co_await on_pool<Account>(
                 &services_.passwords, loop, [credentials = std::move(credentials)]() -> base::Result<Account> {
                   GYR_TRY(auto hash, security::BasicAuthenticator::hash_of(credentials));
                   return security::BasicAuthenticator::of_hash(credentials.username, std::move(hash));
                 }));
  store::Batch batch;
  batch.documents.push_back(
      {.kind = std::string(account_kind),
       .key = std::string(first_account),
       .updated = services_.clock.now(),
       .expires = {},
       .content = to_json(base::Value::map({{"username", base::Value::string(account->username())},
                                            {"password", base::Value::string(account->hash())}})),
       .read_revision = 0});
  auto stored = co_await commit(&services_.store, loop, std::move(access), std::move(batch));
  if (!stored && stored.error().code() == store::store_stale)
    co_return base::fail(illegal_state, "there is an account already");
  GYR_CO_CHECK(std::move(stored));
  set_stored(std::move(account));
  co_return base::Result<void>();
}

base::Task<base::Result<bool>> Authenticator::check(security::Credentials credentials, base::Loop* loop) {
  auto account = this->account();
  if (account == nullptr) co_return !required();
  if (account->remembers(credentials)) co_return true;
  if (services_.passwords.queued() >= waiting_logins) {
    co_return base::fail(too_many_attempts, "too many logins at once; try again in a moment");
  }
  co_return co_await on_pool<bool>(&services_.passwords, loop,
                                   [account, credentials = std::move(credentials)]() -> base::Result<bool> {
                                     return account->authenticate(credentials);
                                   });
}

base::Task<base::Result<std::string>> Authenticator::begin_session(std::string username, store::Access access,
                                                                   base::Loop* loop) {
  auto account = this->account();
  if (account == nullptr) co_return base::fail(illegal_state, "no login is required");
  co_return co_await sessions_->begin(std::move(username), account->fingerprint(), std::move(access), loop);
}

base::Task<base::Result<Identity>> Authenticator::identify(const net::ServerRequest* request, base::Loop* loop) {
  if (!required()) co_return Identity{{}, false, {}};
  auto account = this->account();
  if (account == nullptr) co_return Identity{};
  const bool is_safe = changes_nothing(request->method);
  if (auto token = sessions_ == nullptr ? std::nullopt : Sessions::token_of(request->headers)) {
    GYR_CO_TRY(auto user, co_await sessions_->user_of(*token, account->fingerprint(), loop));
    if (user && *user == account->username()) {
      if (!is_safe) GYR_CO_CHECK(check_csrf(request->headers, *token));
      co_return Identity{*std::move(user), false, "Cookie"};
    }
  }
  Shown shown = credential_of(request->headers);
  if (!shown.credentials) co_return Identity{};
  std::string username = shown.credentials->username;
  GYR_CO_TRY(bool right, co_await check(*std::move(shown.credentials), loop));
  if (!right) co_return Identity{};
  // Older clients send no header of CSRF with this cookie; a browser says where a request comes from.
  if (!is_safe && shown.header == "Cookie") GYR_CO_CHECK(check_origin(request->headers));
  co_return Identity{std::move(username), false, shown.header};
}

Identity Authenticator::glance(const net::ServerRequest& request) const {
  Identity identity;
  auto account = this->account();
  if (account == nullptr) return identity;
  const Shown shown = credential_of(request.headers);
  if (shown.credentials && shown.credentials->username == account->username()) identity.proof = shown.header;
  if (Sessions::token_of(request.headers)) identity.proof = "Cookie";
  return identity;
}

bool Authenticator::is_open(std::string_view path) const {
  for (const std::string& prefix : settings_.open_urls) {
    if (!prefix.empty() && path.starts_with(prefix)) return true;
  }
  return false;
}

void add_challenge(const net::Headers& request, std::string_view realm, net::ServerResponse& response) {
  // A page shows its own login; with a challenge the browser would show its dialog first.
  if (request.get("X-Requested-With")) return;
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
