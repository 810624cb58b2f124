// One request. Its parameters are validated against the row of its operation before the handler runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/loop.h"
#include "base/value.h"
#include "model/execution.h"
#include "model/state.h"
#include "net/http.h"
#include "net/url.h"
#include "web/http/authentication.h"
#include "web/http/authorisation.h"
#include "web/http/await.h"
#include "web/http/core.h"
#include "web/http/path.h"
#include "web/http/route.h"
#include "web/http/router.h"
#include "web/http/services.h"

namespace gyr::web {

/// Lives in the coroutine frame of its dispatch, on the loop of its connection, until the handler has returned; never
/// moved.
class Request {
 public:
  Request(Core& core, base::Loop& loop, net::ServerRequest http);
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  Core& core() { return core_; }
  const Services& services() const { return core_.services; }
  const Settings& settings() const { return core_.settings; }
  base::Loop& loop() { return loop_; }
  net::ServerRequest& http() { return http_; }
  const net::Headers& headers() const { return http_.headers; }

  // ---- the path
  const Route& route() const { return *path_->route; }
  /// Empty if the path has no tenant.
  const std::string& tenant() const { return tenant_; }
  /// A parameter of the route's path, decoded.
  std::string_view path(std::string_view parameter) const {
    return segments_[first_segment_ + path_->position_of(parameter)];
  }
  /// The segments from a parameter to the end of the path, decoded and joined by slashes.
  std::string rest_of_path(std::string_view parameter) const;
  /// The path as sent, without query and context path.
  std::string_view raw_path() const { return raw_path_; }
  std::string_view raw_query() const { return raw_query_; }
  const PathSegments& segments() const { return segments_; }

  // ---- the query; the row of the route must declare the parameters
  const net::QueryList& query() const { return query_; }
  bool has(std::string_view parameter) const;
  /// The value as sent, or the default of the row, or nothing.
  std::optional<std::string_view> text(std::string_view parameter) const;
  /// Every value, in order.
  std::vector<std::string_view> texts(std::string_view parameter) const;
  bool flag(std::string_view parameter) const;
  std::optional<int64_t> integer(std::string_view parameter) const;
  std::vector<int64_t> integers(std::string_view parameter) const;
  std::optional<base::Instant> instant(std::string_view parameter) const;
  int64_t page() const;
  int64_t page_size() const;

  // ---- the body
  /// Main media type of the body, in lower case; empty if there is none.
  const std::string& media_type() const { return media_type_; }
  bool is_form() const;
  base::Task<base::Result<std::string>> read_body(size_t limit);
  /// Text that is UTF-8 without NUL characters.
  base::Task<base::Result<std::string>> read_text(size_t limit);
  base::Task<base::Result<base::Value>> read_json();

  // ---- the store
  /// Runs `work` on a reader of the store and awaits its result on the loop.
  template <class Work>
  auto read(Work work) {
    using Answer = std::invoke_result_t<Work&, store::Reader&>::value_type;
    return web::read<Answer>(&services().store, &loop_, std::move(work));
  }
  /// Commits a batch and waits until it is durable; 403 if the caller may not change all of its rows.
  base::Task<base::Result<void>> commit(store::Batch batch) {
    return web::commit(&services().store, &loop_, access(), std::move(batch));
  }
  /// The same without waiting: a failure is only logged. `doing`: after "cannot".
  void commit_later(store::Batch batch, std::string_view doing);

  // ---- the caller
  const Identity& identity() const { return identity_; }
  /// What the caller may do under the rule of the route; handlers run after it is known.
  const store::Access& access() const { return *access_; }
  /// The condition of the lists of the request.
  const store::Visible& visible() const { return access_->visible(); }
  /// What the caller may see by another right than that of the route.
  store::Visible visible(const Right& right) const { return Authorisation::visible_by(caller(), right); }
  /// Where the caller has this right.
  std::vector<std::string> namespaces_with(const Right& right) const {
    return Authorisation::namespaces_with(caller(), right);
  }
  /// Judges an entity of this namespace that was found by its key: `missing` if the caller may not read it, 403 if it
  /// may only read it.
  base::Result<void> judge(std::string_view namespace_, base::Error missing) const {
    return Authorisation::judge(*access_, namespace_, std::move(missing));
  }

  /// `http://host[:port]` of this server, as used by the client, with the context path (API-81).
  std::string own_url() const;

 private:
  friend class Dispatcher;

  Caller caller() const { return {services().rights, identity_, tenant_}; }
  /// Judges the caller by the rule of the route, before the handler runs.
  base::Result<void> authorise();

  Core& core_;
  base::Loop& loop_;
  net::ServerRequest http_;
  std::string_view raw_path_;
  std::string_view raw_query_;
  PathSegments segments_;
  const CompiledPath* path_ = nullptr;
  size_t first_segment_ = 0;
  std::string tenant_;
  net::QueryList query_;
  std::string media_type_;
  Identity identity_;
  std::optional<store::Access> access_;  // since it is authorised
};

/// Validates the query against the row of the route: required parameters, values of their kind (API-27, API-40).
base::Result<void> check_query(const Route& route, const net::QueryList& query);

}  // namespace gyr::web
