// The declaration of an operation: its row contains everything that the router, the validation of requests, the OpenAPI
// document and the tests need (API-50).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "net/http.h"
#include "web/http/described.h"
#include "web/http/filter_fields.h"
#include "web/http/rule.h"

namespace gyr::web {

class Request;

/// The result of a handler: an answer, or an error that is converted with status.h and the error body.
using Outcome = base::Result<net::ServerResponse>;

/// What an operation answers with: JSON of a described type, or a file or stream of a media type; neither: no body.
struct Answer {
  JsonTypeSource json = nullptr;
  std::string_view media = {};
};
template <class T>
inline constexpr Answer answers{&json_type<T>, {}};
constexpr Answer sends(std::string_view media) { return {nullptr, media}; }

struct QueryParameter;

/// The function of an operation; typed.h makes one of a function with types.
struct Handler {
  /// Runs on the loop of its request, which outlives it.
  using Run = base::Task<Outcome> (*)(Request* request);
  using Parameters = std::vector<QueryParameter> (*)();

  constexpr Handler() = default;
  constexpr Handler(Run run, JsonTypeSource takes = nullptr, Answer answer = {}, Parameters parameters = nullptr)
      : run(run), takes(takes), answer(answer), parameters(parameters) {}
  base::Task<Outcome> operator()(Request* request) const { return run(request); }

  Run run = nullptr;
  JsonTypeSource takes = nullptr;  ///< the body; null: see the route
  Answer answer = {};              ///< nothing: see the route
  /// The parameters of its query, before those of the row; null: none. The list of tables (routes.h) adds them to the
  /// row.
  Parameters parameters = nullptr;
};

enum class Method : uint8_t { get, post, put, patch, del };
inline constexpr size_t method_count = 5;
std::string_view to_text(Method method);
/// HEAD is served as GET.
std::optional<Method> parse_method(std::string_view text);

/// The kind of the value of a query parameter; an invalid value is refused with 422 (API-40).
enum class ValueKind : uint8_t {
  text,
  text_list,
  integer,
  integer_list,
  boolean,
  date_time,
  state,
  level,
  execution_kind
};

/// One parameter of the query of a route: for the validation before the handler runs, and for OpenAPI. Static data.
struct QueryParameter {
  std::string_view name;
  ValueKind kind = ValueKind::text;
  std::string_view documentation;
  bool required = false;           ///< missing: 400
  std::string_view fallback = {};  ///< in the form of a request; empty: none
  std::optional<int64_t> least = {};
};

/// Possible media types of a body; bits.
enum Body : uint16_t {
  no_body = 0,  ///< a body is ignored
  yaml_body = 1,
  json_body = 2,
  multipart_body = 4,
  urlencoded_body = 8,
  text_body = 16,
  any_body = 32,
  optional_body = 64,  ///< an empty body needs no type (API-21)
};
constexpr Body operator|(Body a, Body b) { return static_cast<Body>(uint16_t{a} | uint16_t{b}); }

/// One operation. Paths start with `~` (`/api/v1/{tenant}`), `$` (`/api/v1`) or `/`.
struct Route {
  Method method = Method::get;
  std::string_view path;
  /// As in the published API: generated clients have methods with this name.
  std::string_view operation;
  std::string_view summary;
  Rule rule;
  Handler handler = {};
  std::vector<QueryParameter> query = {};
  /// `page`, `size` and `sort` (API-27, API-28); the default size.
  std::optional<int64_t> page_size = {};
  /// The filters of the operation (API-29).
  std::optional<Resource> filters = {};
  /// What older clients send instead of filters (http/older_parameters.h); only described: reading them checks them.
  std::span<const QueryParameter> older = {};
  Body body = no_body;
  /// The published type of a JSON body or a form, where it is not the type that the handler takes.
  JsonTypeSource takes = nullptr;
  /// The answer, where the handler has no types.
  Answer answer = {};
  int status = 200;
  /// Documented statuses besides 200, 401, 403, 404 and 422.
  std::vector<int> also_answers = {};
  /// The same operation under older paths (API-3, API-4).
  std::vector<std::string_view> also = {};
  /// The last parameter of the path stands for one or more segments (Request::rest_of_path).
  bool has_rest = false;
  /// `POST ~/executions/{a}/{b}`, where the path can name a flow instead of an action (API-12).
  bool may_mean_start = false;

  JsonTypeSource body_type() const { return takes != nullptr ? takes : handler.takes; }
  const Answer& answer_type() const { return handler.answer.json != nullptr ? handler.answer : answer; }
};

}  // namespace gyr::web
