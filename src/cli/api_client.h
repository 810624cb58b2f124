// Calls of commands to a server (CLI-3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "cli/arguments.h"

namespace gyr::cli {

/// Options of every command that calls a server, and the calls. One call at a time, on the main thread. Errors are GYR-E074 to
/// GYR-E077: refused, not there, not logged in, no answer.
class ApiClient {
 public:
  void declare(Arguments& arguments);
  /// The JSON of the answer, null where it has no body. `path` is below `/api/v1/{tenant}/`.
  /// A body is sent as JSON.
  base::Result<base::Value> call(std::string method, std::string_view path, const base::Value& body = {}) const;

 private:
  std::optional<std::string> server_;
  std::optional<std::string> user_;
  std::optional<std::string> api_token_;
  std::optional<std::string> tenant_;
  std::vector<std::string> headers_;
};

}  // namespace gyr::cli
