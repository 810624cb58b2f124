#include "web/http/answers.h"

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "net/header_value.h"
#include "net/url.h"
#include "syntax/json.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/status.h"
#include "web/http/values.h"

namespace gyr::web {

using base::Value;

namespace {

/// Characters a quoted file name can hold as they are.
bool is_plain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '%'; }

json::ErrorDetail detail_of(const Violation& violation) {
  json::ErrorDetail detail{.message = violation.message};
  if (!violation.path.empty()) detail.path = violation.path;
  if (!violation.code.empty()) detail.code = std::string(violation.code);
  if (violation.line > 0) {
    detail.line = violation.line;
    detail.column = violation.column;
  }
  return detail;
}

}  // namespace

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

json::BulkResponse json::bulk_response(uint64_t count, base::Instant now) {
  return {count, base::make_id(now).to_text(), count};
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
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  json::Error body;
  body.message = body.detail = problem.status == 500 ? "Internal server error" : problem.message;
  for (const Violation& violation : problem.violations) body.errors.push_back(detail_of(violation));
  if (body.errors.empty()) body.errors.push_back({.message = body.message});
  body.embedded.errors = body.errors;
  body.instance = base::repair_utf8(path);
  body.links.self.push_back({body.instance, false});
  body.title = status_title(problem.status);
  body.status = problem.status;
  body.code = given(problem.code);
  body.hint = given(problem.hint);
  body.trace_id = given(trace);
  if (!problem.invalids.empty()) {
    body.invalids = problem.invalids;
    body.count = 0;
  }
  net::ServerResponse response = json_answer(to_json(body), problem.status);
  static const std::vector<std::string_view> types{"application/json", "application/problem+json"};
  if (net::choose_media_type(accept, types) == 1) response.headers.set("Content-Type", std::string(types[1]));
  if (problem.retry_after_seconds > 0) response.headers.add("Retry-After", std::to_string(problem.retry_after_seconds));
  return response;
}

net::ServerResponse problem_answer(const Problem& problem, Request* request) {
  return problem_answer(problem, request->raw_path(), request->headers().get("Accept"));
}

}  // namespace gyr::web
