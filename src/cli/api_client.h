// Calls of commands to a server (CLI-3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "cli/arguments.h"

namespace gyr::cli {

/// A request to the server. `path` is below `/api/v1/{tenant}/`; its parts are encoded (path_part).
struct ApiCall {
  std::string method = "GET";
  std::string path;
  std::string body = {};
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string upload = {};  ///< a file to send as the part `fileContent` of a form, instead of a body
};

/// Encodes a name as a part of a path.
std::string path_part(std::string_view name);

/// The options of every command that calls a server, and the calls. One call at a time, on the main thread. Errors are
/// GYR-E074 to GYR-E077: refused, not found, not logged in, no answer.
class ApiClient {
 public:
  void declare(Arguments& arguments);
  /// The JSON of the answer; null if it has no body. `path` is below `/api/v1/{tenant}/`.
  /// A body is sent as JSON.
  base::Result<base::Value> call(std::string method, std::string_view path, const base::Value& body = {}) const;
  /// The body of the answer, unchanged.
  base::Result<std::string> send(const ApiCall& call) const;
  /// The body of the answer, parsed as JSON; null if it is empty.
  base::Result<base::Value> call_json(const ApiCall& call) const;

 private:
  std::optional<std::string> server_;
  std::optional<std::string> user_;
  std::optional<std::string> api_token_;
  std::optional<std::string> tenant_;
  std::vector<std::string> headers_;
};

}  // namespace gyr::cli
