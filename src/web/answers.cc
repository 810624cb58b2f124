#include "web/answers.h"

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "net/header_value.h"
#include "net/url.h"
#include "syntax/json.h"
#include "web/errors.h"
#include "web/request.h"
#include "web/status.h"

namespace gyr::web {

using base::MapBuilder;
using base::Value;

namespace {

constexpr syntax::JsonOptions json_options{.duration_as_iso = true};

/// Characters a quoted file name can hold as they are.
bool is_plain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '%'; }

void set_text(MapBuilder& map, std::string_view key, std::string_view text) {
  if (!text.empty()) map.set(key, Value::string(text));
}

Value violation_value(const Violation& violation) {
  MapBuilder map;
  map.set("message", Value::string(violation.message));
  set_text(map, "path", violation.path);
  set_text(map, "code", violation.code);
  if (violation.line > 0) {
    map.set("line", Value::integer(violation.line));
    map.set("column", Value::integer(violation.column));
  }
  return map.build();
}

}  // namespace

std::string to_json(const Value& value) { return syntax::write_json(value, json_options); }
void append_json(std::string& out, const Value& value) { syntax::append_json(out, value, json_options); }

Value texts_value(const std::vector<std::string>& items) {
  base::ListBuilder list;
  for (const std::string& item : items) list.push(Value::string(item));
  return list.build();
}

net::ServerResponse json_answer(std::string json, int status) {
  net::ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(json);
  return response;
}

net::ServerResponse json_answer(const Value& value, int status) { return json_answer(to_json(value), status); }

net::ServerResponse empty_answer(int status) {
  net::ServerResponse response;
  response.status = status;
  return response;
}

net::ServerResponse text_answer(std::string text, std::string_view content_type, int status) {
  net::ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", std::string(content_type));
  response.body = std::move(text);
  return response;
}

std::string page_json(std::string_view items, uint64_t total) {
  return fmt::format("{{\"results\":[{}],\"total\":{}}}", items, total);
}

net::ServerResponse bulk_answer(uint64_t count, base::Instant now) {
  const Value number = Value::integer(static_cast<int64_t>(count));
  return json_answer(Value::map(
      {{"count", number}, {"operationId", Value::string(base::make_id(now).to_text())}, {"totalItems", number}}));
}

std::string content_disposition(std::string_view file_name) {
  std::string name = base::repair_utf8(file_name);
  std::erase_if(name, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f' || c == '/'; });
  if (name.empty()) name = "file";
  std::string plain;
  for (char c : name) plain.push_back(is_plain(c) ? c : '_');
  if (plain == name) return fmt::format("attachment; filename=\"{}\"", name);
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, net::percent_encode(name));
}

void allow_caching(net::ServerResponse& response) { response.headers.set("Cache-Control", "public, max-age=3600"); }

Problem problem_of(const base::Error& error) {
  const StatusRule rule = status_of(error.code());
  Problem problem;
  problem.status = rule.status;
  problem.retry_after_seconds = rule.retry_after_seconds;
  problem.code = error.code().text;
  if (rule.status == 500) {
    problem.message = error.to_string();  // for the log; the body does not contain it
    return problem;
  }
  problem.message =
      error.message().starts_with(rule.prefix) ? error.message() : fmt::format("{}{}", rule.prefix, error.message());
  problem.hint = error.hint();
  return problem;
}

net::ServerResponse problem_answer(const Problem& problem, std::string_view path,
                                   std::optional<std::string_view> accept) {
  const bool ours = problem.status >= 500;
  std::string trace;
  if (ours) {
    trace = fmt::format("{:016x}", base::secure_random());
    const auto level = problem.status == 500 ? base::log::Level::error : base::log::Level::info;
    base::log::at(level, "{} answered {} [{}] trace {}: {}", path, problem.status, problem.code, trace,
                  problem.message);
  }
  const Value message = Value::string(problem.status == 500 ? "Internal server error" : problem.message);
  base::ListBuilder violations;
  for (const Violation& violation : problem.violations) violations.push(violation_value(violation));
  if (violations.size() == 0) violations.push(Value::map({{"message", message}}));
  const Value errors = violations.build();
  const Value here = Value::string(base::repair_utf8(path));
  MapBuilder body;
  body.set("message", message);
  body.set("_links",
           Value::map({{"self", Value::list({Value::map({{"href", here}, {"templated", Value::boolean(false)}})})}}));
  body.set("_embedded", Value::map({{"errors", errors}}));
  body.set("type", Value::string("about:blank"));
  body.set("title", Value::string(status_title(problem.status)));
  body.set("status", Value::integer(problem.status));
  body.set("detail", message);
  body.set("instance", here);
  body.set("errors", errors);
  set_text(body, "code", problem.code);
  set_text(body, "hint", problem.hint);
  set_text(body, "traceId", trace);
  if (problem.invalids.is_list()) {
    body.set("invalids", problem.invalids);
    body.set("count", Value::integer(0));
  }
  net::ServerResponse response = json_answer(body.build(), problem.status);
  static const std::vector<std::string_view> types{"application/json", "application/problem+json"};
  if (net::choose_media_type(accept, types) == 1) response.headers.set("Content-Type", std::string(types[1]));
  if (problem.retry_after_seconds > 0) response.headers.add("Retry-After", std::to_string(problem.retry_after_seconds));
  return response;
}

net::ServerResponse problem_answer(const Problem& problem, Request* request) {
  return problem_answer(problem, request->raw_path(), request->headers().get("Accept"));
}

}  // namespace gyr::web
