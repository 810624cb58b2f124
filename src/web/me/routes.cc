// The caller of a request, and what the pages keep for it: preferences and bookmarks (UI-42, UI-900, AUTH-26).
#include "web/routes.h"

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "syntax/json.h"
#include "web/http/authentication.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/me/owner.h"
#include "web/me/values.h"

namespace gyr::web {
namespace {

constexpr std::string_view preferences_kind = "preferences";
constexpr std::string_view bookmarks_kind = "bookmarks";
constexpr size_t max_preferences_bytes = 256 * 1024;
constexpr size_t max_bookmarks = 500;
constexpr size_t max_bookmark_name = 256;
constexpr size_t max_bookmark_url = 4'096;

using Bookmarks = std::vector<json::Bookmark>;

base::Task<base::Result<std::optional<store::DocumentRow>>> find_document(Request* request, std::string_view kind,
                                                                          std::string key) {
  co_return co_await request->read(
      [kind, key = std::move(key)](store::Reader& reader) { return reader.document(kind, key); });
}

/// The rights that the operations of this server ask for, as far as the caller has them. They come from the routes, so
/// that a right that an operation needs is never missing here (UI-6, UI-7).
std::vector<json::MyPermission> permissions_of(Request& request) {
  std::set<std::pair<std::string_view, Action>> asked;
  for (const Route& route : request.core().routes) {
    if (route.rule.who == Rule::Who::right) asked.emplace(route.rule.right.resource, route.rule.right.action);
  }
  std::vector<json::MyPermission> permissions;
  for (const auto& [resource, action] : asked) {
    auto namespaces = request.namespaces_with({resource, action});
    if (!namespaces.empty())
      permissions.push_back({std::string(resource), std::string(to_text(action)), std::move(namespaces)});
  }
  return permissions;
}

base::Task<base::Result<json::Me>> get_me(Request* request) {
  const std::string& username = request->identity().username;
  json::Me me;
  me.id = owner_of(*request);
  me.profile = {username, username};
  if (request->core().authenticator->required()) me.auths.emplace_back("BASIC_AUTH");
  me.tenants.push_back({"main", "main"});
  me.permissions = permissions_of(*request);
  co_return me;
}

// ---- preferences

base::Result<json::Preferences> preferences_of(const std::optional<store::DocumentRow>& row) {
  json::Preferences preferences;
  if (!row) return preferences;
  preferences.revision = row->revision;
  GYR_TRY(preferences.values.value, syntax::parse_json(row->content));
  return preferences;
}

base::Task<base::Result<json::Preferences>> get_preferences(Request* request) {
  GYR_CO_TRY(auto row, co_await find_document(request, preferences_kind, owner_of(*request)));
  co_return preferences_of(row);
}

/// 409 with what is stored if somebody else was faster.
base::Task<Outcome> put_preferences(Request* request) {
  GYR_CO_TRY(const base::Value given, co_await request->read_json());
  GYR_CO_TRY(auto body, read_json<json::Preferences>(given));
  if (body.revision < 0 || body.revision == INT64_MAX) co_return base::fail(bad_body, "revision: is not valid");
  store::DocumentRow row{.kind = std::string(preferences_kind),
                         .key = owner_of(*request),
                         .revision = body.revision + 1,
                         .updated = request->services().clock.now(),
                         .expires = {},
                         .content = to_json(body.values.value),
                         .read_revision = body.revision};
  if (row.content.size() > max_preferences_bytes)
    co_return base::fail(bad_body, fmt::format("values: must have at most {} bytes", max_preferences_bytes));
  body.revision = row.revision;
  store::Batch batch;
  batch.documents.push_back(std::move(row));
  const auto stored = co_await request->commit(std::move(batch));
  if (stored) co_return json_answer(to_json(body));
  if (stored.error().code() != store::store_stale) co_return base::fail(stored.error());
  GYR_CO_TRY(const auto theirs, co_await get_preferences(request));
  co_return json_answer(to_json(theirs), 409);
}

// ---- bookmarks

std::string bookmarks_key(const Request& request) { return request.tenant() + "/" + owner_of(request); }

base::Task<base::Result<Bookmarks>> get_bookmarks(Request* request) {
  GYR_CO_TRY(auto row, co_await find_document(request, bookmarks_kind, bookmarks_key(*request)));
  if (!row) co_return Bookmarks();
  GYR_CO_TRY(const base::Value stored, syntax::parse_json(row->content));
  co_return read_json<Bookmarks>(stored);
}

/// A path of this server, so that a bookmark never leads elsewhere or runs a script.
bool is_own_path(std::string_view url) {
  if (!url.starts_with('/') || url.starts_with("//") || url.size() > max_bookmark_url) return false;
  return std::ranges::all_of(url,
                             [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\\' && c != '\x7f'; });
}

base::Task<base::Result<Bookmarks>> put_bookmarks(Request* request, Bookmarks body) {
  if (body.size() > max_bookmarks)
    co_return base::fail(bad_body, fmt::format("must have at most {} bookmarks", max_bookmarks));
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i].name.empty() || body[i].name.size() > max_bookmark_name)
      co_return base::fail(bad_body, fmt::format("[{}].name: must have 1 to {} bytes", i, max_bookmark_name));
    if (!is_own_path(body[i].url))
      co_return base::fail(bad_body, fmt::format("[{}].url: must be a path that begins with one slash", i));
  }
  store::Batch batch;
  batch.documents.push_back({.kind = std::string(bookmarks_kind),
                             .key = bookmarks_key(*request),
                             .updated = request->services().clock.now(),
                             .expires = {},
                             .content = to_json(body)});
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return body;
}

}  // namespace

std::vector<Route> me_routes() {
  const auto own = [](Action action) { return Rule::caller({"ME", action}); };
  return {
      {.method = Method::get,
       .path = "$/me",
       .operation = "getCurrentUser",
       .summary = "Get the caller",
       .rule = own(Action::read),
       .handler = typed<get_me>},
      {.method = Method::get,
       .path = "$/me/preferences",
       .operation = "getPreferences",
       .summary = "Get the preferences of the caller",
       .rule = own(Action::read),
       .handler = typed<get_preferences>},
      {.method = Method::put,
       .path = "$/me/preferences",
       .operation = "putPreferences",
       .summary = "Replace the preferences of the caller; 409 with the stored ones if the revision is not theirs",
       .rule = own(Action::update),
       .handler = put_preferences,
       .body = json_body,
       .takes = json_type<json::Preferences>,
       .answer = answers<json::Preferences>,
       .also_answers = {409}},
      {.method = Method::get,
       .path = "~/me/bookmarks",
       .operation = "getBookmarks",
       .summary = "Get the bookmarks of the caller",
       .rule = own(Action::read),
       .handler = typed<get_bookmarks>},
      {.method = Method::put,
       .path = "~/me/bookmarks",
       .operation = "putBookmarks",
       .summary = "Replace the bookmarks of the caller",
       .rule = own(Action::update),
       .handler = typed<put_bookmarks>,
       .body = json_body},
  };
}

}  // namespace gyr::web
