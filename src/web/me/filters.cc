// Saved filters of lists: those of the caller, and those that others share with the tenant (UI-128).
#include <algorithm>
#include <functional>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "net/url.h"
#include "syntax/json.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/me/owner.h"
#include "web/me/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The filters of a user that are not shared are one document, all shared ones of a tenant are another.
constexpr std::string_view own_filters_kind = "filters";
constexpr std::string_view shared_filters_kind = "shared-filters";
constexpr size_t max_own_filters = 200;
constexpr size_t max_shared_filters = 500;
constexpr size_t max_filter_name = 256;
constexpr size_t max_filter_page = 200;
constexpr size_t max_filter_query = 4'096;
/// How often a change is tried again that others have overtaken.
constexpr int filter_attempts = 10;

/// Which filters are listed.
struct FilterListQuery {
  std::string page;
};

using Filters = std::vector<json::SavedFilter>;

}  // namespace

template <>
struct DescribedQuery<FilterListQuery> {
  static constexpr auto parameters =
      std::tuple(parameter("page", &FilterListQuery::page, {.documentation = "Only those of this page"}));
};

namespace {

/// One document of filters and its revision.
struct FilterDocument {
  std::string kind, key;
  int64_t revision = 0;
  std::string content;

  base::Result<void> read(store::Reader& reader, Filters& filters) {
    GYR_TRY(auto row, reader.document(kind, key));
    if (!row) return {};
    revision = row->revision;
    content = std::move(row->content);
    GYR_TRY(const base::Value stored, syntax::parse_json(content));
    GYR_TRY(auto list, read_json<Filters>(stored));
    std::ranges::move(list, std::back_inserter(filters));
    return {};
  }
  /// Adds the document to the batch, if it has changed.
  void write(const Filters& filters, base::Instant now, store::Batch& batch) const {
    std::string text = to_json(filters);
    if (text == content || (filters.empty() && revision == 0)) return;
    batch.documents.push_back({.kind = kind,
                               .key = key,
                               .revision = revision + 1,
                               .updated = now,
                               .expires = {},
                               .content = std::move(text),
                               .read_revision = revision});
  }
};

/// All filters that a caller sees.
struct SeenFilters {
  explicit SeenFilters(const Request& request)
      : owner(owner_of(request)),
        own{std::string(own_filters_kind), request.tenant() + "/" + owner, 0, {}},
        shared{std::string(shared_filters_kind), request.tenant(), 0, {}} {}

  base::Result<void> read(store::Reader& reader) {
    GYR_CHECK(own.read(reader, all));
    return shared.read(reader, all);
  }
  store::Batch batch(base::Instant now) const {
    Filters not_shared, for_all;
    for (const auto& filter : all) (filter.is_shared ? for_all : not_shared).push_back(filter);
    store::Batch batch;
    own.write(not_shared, now, batch);
    shared.write(for_all, now, batch);
    return batch;
  }
  base::Result<void> check_limits() const {
    const auto shared_ones = static_cast<size_t>(std::ranges::count(all, true, &json::SavedFilter::is_shared));
    if (shared_ones > max_shared_filters)
      return base::fail(bad_body, fmt::format("a tenant has at most {} shared filters", max_shared_filters));
    if (all.size() - shared_ones > max_own_filters)
      return base::fail(bad_body, fmt::format("a user has at most {} saved filters", max_own_filters));
    return {};
  }
  /// The filter with this id, if the caller may change it.
  base::Result<Filters::iterator> find_own(std::string_view id) {
    const auto found = std::ranges::find(all, id, &json::SavedFilter::id);
    if (found == all.end()) return base::fail(not_found, fmt::format("Filter '{}' not found", id.substr(0, 100)));
    if (found->owner != owner)
      return base::fail(forbidden, fmt::format("only {} may change this filter: it is shared", found->owner));
    return found;
  }
  /// Puts the filter in its place; its name must be new and at most one filter of a page is the default.
  base::Result<void> put(json::SavedFilter filter) {
    for (auto& other : all) {
      if (other.owner != owner || other.page != filter.page || other.id == filter.id) continue;
      if (other.name == filter.name)
        return base::fail(bad_body,
                          fmt::format("name: you have another filter of this page with the name `{}`", filter.name));
      if (filter.is_default) other.is_default = false;
    }
    const auto place = std::ranges::find(all, filter.id, &json::SavedFilter::id);
    if (place == all.end()) {
      all.push_back(std::move(filter));
    } else {
      *place = std::move(filter);
    }
    return check_limits();
  }
  /// As the caller sees it: the default of somebody else is not the default of the caller.
  json::SavedFilter shown(json::SavedFilter filter) const {
    if (filter.owner != owner) filter.is_default = false;
    return filter;
  }

  std::string owner;
  FilterDocument own, shared;
  Filters all;
};

base::Task<base::Result<SeenFilters>> read_filters(Request* request) {
  co_return co_await request->read(
      [seen = SeenFilters(*request)](store::Reader& reader) mutable -> base::Result<SeenFilters> {
        GYR_CHECK(seen.read(reader));
        return std::move(seen);
      });
}

/// Makes a change to the filters as they are; again if another request was faster.
base::Task<base::Result<void>> change_filters(Request* request,
                                              std::function<base::Result<void>(SeenFilters&)> change) {
  for (int attempt = 1;; ++attempt) {
    GYR_CO_TRY(auto seen, co_await read_filters(request));
    GYR_CO_CHECK(change(seen));
    auto batch = seen.batch(request->services().clock.now());
    if (batch.empty()) co_return base::Result<void>();
    auto stored = co_await request->commit(std::move(batch));
    if (stored || stored.error().code() != store::store_stale || attempt == filter_attempts) co_return stored;
  }
}

bool is_page_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '/';
}

base::Result<void> check_filter(const json::SavedFilterBody& body) {
  if (body.page.empty() || body.page.size() > max_filter_page || !std::ranges::all_of(body.page, is_page_character))
    return base::fail(bad_body, fmt::format("page: must have 1 to {} letters, digits and -_./", max_filter_page));
  if (base::trim(body.name).empty() || body.name.size() > max_filter_name)
    return base::fail(bad_body, fmt::format("name: must have 1 to {} bytes", max_filter_name));
  if (body.query.size() > max_filter_query)
    return base::fail(bad_body, fmt::format("query: must have at most {} bytes", max_filter_query));
  const auto query = net::parse_query(body.query);
  if (!query) return base::fail(bad_body, "query: " + query.error().message());
  if (query->empty()) return base::fail(bad_body, "query: must have at least one filter");
  return {};
}

json::SavedFilter filter_of(std::string id, std::string owner, json::SavedFilterBody body) {
  return {std::move(id),   std::move(body.page), std::move(body.name), std::move(body.query),
          body.is_default, body.is_shared,       std::move(owner)};
}

base::Task<base::Result<Filters>> list_filters(Request* request, FilterListQuery wanted) {
  GYR_CO_TRY(auto seen, co_await read_filters(request));
  Filters list;
  for (const auto& filter : seen.all) {
    if (wanted.page.empty() || filter.page == wanted.page) list.push_back(seen.shown(filter));
  }
  std::ranges::sort(list, {}, [](const auto& filter) { return std::tie(filter.page, filter.name, filter.id); });
  co_return list;
}

base::Task<base::Result<json::SavedFilter>> get_filter(Request* request) {
  GYR_CO_TRY(auto seen, co_await read_filters(request));
  const auto found = std::ranges::find(seen.all, request->path("id"), &json::SavedFilter::id);
  if (found == seen.all.end())
    co_return base::fail(not_found, fmt::format("Filter '{}' not found", request->path("id").substr(0, 100)));
  co_return seen.shown(*found);
}

base::Task<base::Result<json::SavedFilter>> create_filter(Request* request, json::SavedFilterBody body) {
  GYR_CO_CHECK(check_filter(body));
  const auto filter =
      filter_of(base::make_id(request->services().clock.now()).to_text(), owner_of(*request), std::move(body));
  GYR_CO_CHECK(co_await change_filters(request, [filter](SeenFilters& seen) { return seen.put(filter); }));
  co_return filter;
}

base::Task<base::Result<json::SavedFilter>> update_filter(Request* request, json::SavedFilterBody body) {
  GYR_CO_CHECK(check_filter(body));
  const auto filter = filter_of(std::string(request->path("id")), owner_of(*request), std::move(body));
  GYR_CO_CHECK(co_await change_filters(request, [filter](SeenFilters& seen) -> base::Result<void> {
    GYR_CHECK(seen.find_own(filter.id));
    return seen.put(filter);
  }));
  co_return filter;
}

base::Task<base::Result<void>> delete_filter(Request* request) {
  co_return co_await change_filters(request,
                                    [id = std::string(request->path("id"))](SeenFilters& seen) -> base::Result<void> {
                                      GYR_TRY(const auto found, seen.find_own(id));
                                      seen.all.erase(found);
                                      return {};
                                    });
}

}  // namespace

std::vector<Route> saved_filter_routes() {
  const auto own = [](Action action) { return Rule::caller({"ME", action}); };
  return {
      {.method = Method::get,
       .path = "~/me/filters",
       .operation = "listSavedFilters",
       .summary = "List the saved filters of the caller, and those that are shared with the tenant",
       .rule = own(Action::read),
       .handler = typed<list_filters>},
      {.method = Method::get,
       .path = "~/me/filters/{id}",
       .operation = "getSavedFilter",
       .summary = "Get a saved filter",
       .rule = own(Action::read),
       .handler = typed<get_filter>},
      {.method = Method::post,
       .path = "~/me/filters",
       .operation = "createSavedFilter",
       .summary = "Save a filter of a list",
       .rule = own(Action::create),
       .handler = typed<create_filter>,
       .body = json_body,
       .also_answers = {409}},
      {.method = Method::put,
       .path = "~/me/filters/{id}",
       .operation = "updateSavedFilter",
       .summary = "Change a saved filter of the caller",
       .rule = own(Action::update),
       .handler = typed<update_filter>,
       .body = json_body,
       .also_answers = {409}},
      {.method = Method::del,
       .path = "~/me/filters/{id}",
       .operation = "deleteSavedFilter",
       .summary = "Delete a saved filter of the caller",
       .rule = own(Action::remove),
       .handler = typed<delete_filter>,
       .status = 204,
       .also_answers = {409}},
  };
}

}  // namespace gyr::web
