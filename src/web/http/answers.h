// Answers of the REST API: JSON with its rules (API-23, API-24), files, and the common body of errors (API-44).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "net/http.h"
#include "web/http/described.h"
#include "web/http/values.h"

namespace gyr::web {

class Request;

/// A list of strings.
base::Value texts_value(const std::vector<std::string>& items);

net::ServerResponse json_answer(std::string json, int status = 200);
net::ServerResponse json_answer(const base::Value& value, int status = 200);
/// Without a body (SDK-5).
net::ServerResponse empty_answer(int status);
net::ServerResponse text_answer(std::string text, std::string_view content_type = "text/plain; charset=utf-8",
                                int status = 200);
/// `{"results":[…],"total":N}` from items that are already JSON, joined by commas (API-27).
std::string page_json(std::string_view items, uint64_t total);
/// `attachment; filename="…"`, with the form of RFC 5987 if the name is not plain (API-49). The name is escaped, so it
/// cannot end the header.
std::string content_disposition(std::string_view file_name);
/// Adds `max-age=3600` (API-25).
void allow_caching(net::ServerResponse& response);

/// One broken rule, and its place.
struct Violation {
  std::string message;
  std::string path;
  std::string_view code = {};
  uint32_t line = 0;
  uint32_t column = 0;
};

/// The content of an error body.
struct Problem {
  int status = 500;
  std::string message;
  std::string code;
  std::string hint;
  std::vector<Violation> violations;
  /// For a bulk request: the problem of each id (API-45).
  std::vector<json::InvalidTarget> invalids;
  int retry_after_seconds = 0;
};

/// Uses the table of status.h. An internal error only shows a trace id; the log of the server contains the id with the
/// reason.
Problem problem_of(const base::Error& error);
/// `path` is the path of the request; `accept` can ask for `application/problem+json`.
net::ServerResponse problem_answer(const Problem& problem, std::string_view path,
                                   std::optional<std::string_view> accept);
net::ServerResponse problem_answer(const Problem& problem, Request* request);

}  // namespace gyr::web
