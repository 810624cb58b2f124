#include "web/http/request.h"

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "web/http/errors.h"
#include "web/http/host_resolution.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

const QueryParameter* find_parameter(const Route& route, std::string_view name) {
  for (const QueryParameter& parameter : route.query) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

const std::string* first_value(const net::QueryList& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  int64_t number = 0;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

/// A parameter named without a value is meant to be on.
std::optional<bool> parse_flag(std::string_view text) {
  if (text.empty() || base::equals_ignoring_case(text, "true")) return true;
  if (base::equals_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

std::string shown(std::string_view value) {
  constexpr size_t most = 100;
  return value.size() <= most ? std::string(value) : base::repair_utf8(value.substr(0, most)) + "…";
}

base::Result<void> check_integer(std::string_view name, std::string_view value, std::optional<int64_t> least) {
  const auto number = parse_integer(value);
  if (!number || !std::in_range<int32_t>(*number))
    return base::fail(bad_argument, fmt::format("{}: `{}` is not an integer", name, shown(value)));
  if (least && *number < *least)
    return base::fail(bad_argument, fmt::format("{}: must be greater than or equal to {}", name, *least));
  return {};
}

/// Lists of integers come repeated or joined by commas (SDK-4).
base::Result<void> check_integers(std::string_view name, std::string_view value) {
  for (std::string_view part : base::split(value, ',')) GYR_CHECK(check_integer(name, part, 1));
  return {};
}

base::Result<void> check_value(const QueryParameter& parameter, std::string_view value) {
  const auto wrong = [&](std::string_view what) {
    return base::fail(bad_argument, fmt::format("{}: `{}` is not a valid {}", parameter.name, shown(value), what));
  };
  switch (parameter.kind) {
    case ValueKind::text:
    case ValueKind::text_list: return {};
    case ValueKind::integer: return check_integer(parameter.name, value, parameter.least);
    case ValueKind::integer_list: return check_integers(parameter.name, value);
    case ValueKind::boolean:
      if (!parse_flag(value)) return wrong("boolean");
      return {};
    case ValueKind::date_time:
      if (!syntax::parse_api_instant(value)) return wrong("date-time");
      return {};
    case ValueKind::state:
      if (!model::parse_state(value)) return wrong("state");
      return {};
    case ValueKind::level:
      if (!model::parse_log_level(value)) return wrong("log level");
      return {};
    case ValueKind::execution_kind:
      if (!model::parse_execution_kind(value)) return wrong("kind of execution");
      return {};
  }
  return {};
}

}  // namespace

base::Result<void> check_query(const Route& route, const net::QueryList& query) {
  for (const QueryParameter& parameter : route.query) {
    bool given = false;
    for (const auto& [name, value] : query) {
      if (name != parameter.name) continue;
      given = true;
      GYR_CHECK(check_value(parameter, value));
    }
    if (parameter.required && !given) {
      return base::fail(missing_parameter, fmt::format("Required QueryValue [{}] not specified", parameter.name));
    }
  }
  if (route.page_size) {
    for (std::string_view name : {"page", "size"}) {
      if (const std::string* value = first_value(query, name)) GYR_CHECK(check_integer(name, *value, 1));
    }
  }
  return {};
}

Request::Request(Core& core, base::Loop& loop, net::ServerRequest http)
    : core_(core), loop_(loop), http_(std::move(http)) {
  const net::Target target = net::split_target(http_.target);
  raw_path_ = target.path;
  raw_query_ = target.query;
}

std::string Request::rest_of_path(std::string_view parameter) const {
  std::string rest;
  for (size_t at = first_segment_ + path_->position_of(parameter); at < segments_.size(); ++at) {
    if (!rest.empty()) rest += '/';
    rest += segments_[at];
  }
  return rest;
}

bool Request::has(std::string_view parameter) const { return first_value(query_, parameter) != nullptr; }

std::optional<std::string_view> Request::text(std::string_view parameter) const {
  const QueryParameter* declared = find_parameter(route(), parameter);
  GYR_ASSERT(declared != nullptr);
  if (const std::string* value = first_value(query_, parameter)) return *value;
  if (!declared->fallback.empty()) return declared->fallback;
  return std::nullopt;
}

std::vector<std::string_view> Request::texts(std::string_view parameter) const {
  GYR_ASSERT(find_parameter(route(), parameter) != nullptr);
  std::vector<std::string_view> values;
  for (const auto& [name, value] : query_) {
    if (name == parameter) values.push_back(value);
  }
  return values;
}

bool Request::flag(std::string_view parameter) const {
  const auto value = text(parameter);
  return value && parse_flag(*value) == true;
}

std::optional<int64_t> Request::integer(std::string_view parameter) const {
  const auto value = text(parameter);
  return value ? parse_integer(*value) : std::nullopt;
}

std::vector<int64_t> Request::integers(std::string_view parameter) const {
  std::vector<int64_t> numbers;
  for (std::string_view value : texts(parameter)) {
    for (std::string_view part : base::split(value, ',')) numbers.push_back(*parse_integer(part));
  }
  return numbers;
}

std::optional<base::Instant> Request::instant(std::string_view parameter) const {
  const auto value = text(parameter);
  if (!value) return std::nullopt;
  auto parsed = syntax::parse_api_instant(*value);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

int64_t Request::page() const {
  const std::string* value = first_value(query_, "page");
  return value != nullptr ? *parse_integer(*value) : 1;
}

int64_t Request::page_size() const {
  const std::string* value = first_value(query_, "size");
  return std::min(value != nullptr ? *parse_integer(*value) : route().page_size.value_or(10), web::page_size);
}

bool Request::is_form() const {
  return media_type_ == "multipart/form-data" || media_type_ == "application/x-www-form-urlencoded";
}

base::Task<base::Result<std::string>> Request::read_body(size_t limit) { return http_.body->all(limit); }

base::Task<base::Result<std::string>> Request::read_text(size_t limit) {
  GYR_CO_TRY(std::string body, co_await http_.body->all(limit));
  if (auto offset = base::find_invalid_utf8(body)) {
    co_return base::fail(bad_body, fmt::format("the body is not UTF-8 at byte {}", *offset));
  }
  if (auto offset = body.find('\0'); offset != std::string::npos) {
    co_return base::fail(bad_body, fmt::format("the body contains a NUL character at byte {}", offset));
  }
  co_return body;
}

base::Task<base::Result<base::Value>> Request::read_json() {
  GYR_CO_TRY(std::string body, co_await http_.body->all(settings().limits.json_bytes));
  co_return syntax::parse_json(body);
}

std::string Request::own_url() const {
  if (!settings().url.empty()) return settings().url;
  static const HostResolution usual;
  const HostResolution& hosts = settings().hosts == nullptr ? usual : *settings().hosts;
  return hosts.origin_of(http_) + settings().context_path;
}

void Request::commit_later(store::Batch batch, std::string_view doing) {
  if (!batch.is_allowed(access())) {
    base::log::warn("cannot {}: the caller may not change it", doing);
    return;
  }
  services().store.commit(std::move(batch), [doing](base::Result<void> done) {
    if (!done) base::log::warn("cannot {}: {}", doing, done.error().message());
  });
}

base::Result<void> Request::authorise() {
  const Where& where = route().rule.where;
  std::optional<std::string_view> named;
  if (where.kind == Where::Kind::path) named = path(where.parameter);
  if (where.kind == Where::Kind::query) named = text(where.parameter);
  GYR_TRY(access_, Authorisation::authorise(caller(), route().rule, named));
  return {};
}

}  // namespace gyr::web
