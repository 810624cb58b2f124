#include "web/http/sessions.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/value.h"
#include "net/header_value.h"
#include "net/url.h"
#include "security/hmac.h"
#include "security/random.h"
#include "syntax/json.h"
#include "web/http/await.h"
#include "web/http/described.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

constexpr std::string_view session_kind = "session";
constexpr base::Duration session_length = base::Duration::of_seconds(7 * 86'400);
constexpr std::chrono::seconds session_recheck{1};
constexpr size_t max_known_sessions = 10'000;
constexpr size_t token_characters = 64;
/// Expired sessions that are deleted with a new one.
constexpr size_t purged_sessions = 100;

std::string key_of(std::string_view token) { return base::hex_encode(security::hmac_sha256("gyr session", token)); }

bool is_token(std::string_view text) {
  return text.size() == token_characters && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string Sessions::csrf_of(std::string_view token) {
  return base::hex_encode(security::hmac_sha256(token, "gyr csrf"));
}

std::optional<std::string> Sessions::token_of(const net::Headers& headers) {
  for (std::string_view line : headers.all("Cookie")) {
    if (auto token = net::cookie(line, session_cookie); token && is_token(*token)) return token;
  }
  return std::nullopt;
}

base::Task<base::Result<std::string>> Sessions::begin(std::string username, std::string fingerprint,
                                                      store::Access access, base::Loop* loop) {
  const base::Instant now = services_.clock.now();
  const std::string token = base::hex_encode(security::random_bytes(token_characters / 2));
  store::Batch batch;
  GYR_CO_TRY(auto expired,
             co_await read<std::vector<store::DocumentRow>>(&services_.store, loop, [now](store::Reader& reader) {
               return reader.expired_documents(now, purged_sessions);
             }));
  for (auto& row : expired) batch.deleted_documents.push_back({std::move(row.kind), std::move(row.key)});
  store::DocumentRow row{
      .kind = std::string(session_kind), .key = key_of(token), .updated = now, .expires = {}, .content = {}};
  row.expires = now + session_length;
  row.content = to_json(base::Value::map(
      {{"username", base::Value::string(username)}, {"fingerprint", base::Value::string(fingerprint)}}));
  batch.documents.push_back(std::move(row));
  GYR_CO_CHECK(co_await commit(&services_.store, loop, std::move(access), std::move(batch)));
  co_return token;
}

std::optional<Sessions::Known> Sessions::known(const std::string& key, base::MonotonicTime now) {
  std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end() || found->second.until <= now) return std::nullopt;
  return found->second;
}

void Sessions::remember(const std::string& key, Known session) {
  std::lock_guard lock(mutex_);
  if (known_.size() >= max_known_sessions) known_.clear();
  known_[key] = std::move(session);
}

base::Task<base::Result<std::optional<std::string>>> Sessions::user_of(std::string token, std::string fingerprint,
                                                                       base::Loop* loop) {
  const std::string key = key_of(token);
  const base::Instant now = services_.clock.now();
  auto session = known(key, loop->now());
  if (!session) {
    GYR_CO_TRY(auto row,
               co_await read<std::optional<store::DocumentRow>>(&services_.store, loop, [key](store::Reader& reader) {
                 return reader.document(session_kind, key);
               }));
    if (!row || !row->expires) co_return std::optional<std::string>();
    GYR_CO_TRY(const base::Value content, syntax::parse_json(row->content));
    const base::Value* username = content.find("username");
    const base::Value* mark = content.find("fingerprint");
    if (username == nullptr || mark == nullptr || !username->is_string() || !mark->is_string())
      co_return std::optional<std::string>();
    session =
        Known{std::string(username->text()), std::string(mark->text()), *row->expires, loop->now() + session_recheck};
    remember(key, *session);
  }
  if (session->expires <= now || !security::same_secret(session->fingerprint, fingerprint))
    co_return std::optional<std::string>();
  co_return std::optional(session->username);
}

base::Task<base::Result<void>> Sessions::end(std::string token, store::Access access, base::Loop* loop) {
  const std::string key = key_of(token);
  store::Batch batch;
  batch.deleted_documents.push_back({std::string(session_kind), key});
  GYR_CO_CHECK(co_await commit(&services_.store, loop, std::move(access), std::move(batch)));
  std::lock_guard lock(mutex_);
  known_.erase(key);
  co_return base::Result<void>();
}

base::Result<void> check_origin(const net::Headers& headers) {
  // Every current browser sends this header, and no script can set it.
  const auto site = headers.get("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none")
    return base::fail(forbidden, "requests of pages of other origins are refused");
  return {};
}

base::Result<void> check_csrf(const net::Headers& headers, std::string_view token) {
  GYR_CHECK(check_origin(headers));
  const auto given = headers.get(csrf_header);
  if (given && security::same_secret(base::trim(*given), Sessions::csrf_of(token))) return {};
  return base::fail(forbidden, given ? "the header X-CSRF-TOKEN does not belong to this session"
                                     : "the header X-CSRF-TOKEN is missing");
}

}  // namespace gyr::web
