// Calls of commands to a server (CLI-3).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "cli/arguments.h"
#include "cli/server_access.h"

namespace gyr::cli {

/// A part of a form. With `file`, a path, its content is sent instead of `value`.
struct FormField {
  std::string name;
  std::string value = {};
  std::string file = {};
  std::string file_name = {};
};

/// A request to the server. `path` is below `/api/v1/{tenant}/`; its parts are encoded (path_part). A path that begins
/// with a slash is the whole path on the server.
struct ApiCall {
  std::string method = "GET";
  std::string path;
  std::string body = {};
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string upload = {};           ///< a file to send as the part `fileContent` of a form, instead of a body
  std::vector<FormField> form = {};  ///< sent as multipart/form-data instead of a body
  std::chrono::milliseconds timeout = std::chrono::minutes(1);  ///< for the whole call; 0: none
};

/// Encodes a name as a part of a path. `.` and `..` are encoded too, so that no name leaves its place.
std::string path_part(std::string_view name);

/// One event of a stream (server-sent events).
struct ServerEvent {
  size_t stream = 0;  ///< position of its call
  std::string id;
  std::string data;
  bool ended = false;  ///< the stream has ended; no id and no data
};

/// The options of every command that calls a server, and the calls. One call at a time, on the main thread. Errors are
/// GYR-E074 to GYR-E077: refused, not found, not logged in, no answer.
class ApiClient {
 public:
  void declare(Arguments& arguments);
  /// True if the command line names a server or a context.
  bool is_chosen() const { return words_.server.has_value() || words_.context.has_value(); }
  /// The JSON of the answer; null if it has no body. `path` is below `/api/v1/{tenant}/`.
  /// A body is sent as JSON.
  base::Result<base::Value> call(std::string method, std::string_view path, const base::Value& body = {}) const;
  /// The body of the answer, unchanged.
  base::Result<std::string> send(const ApiCall& call) const;
  /// The body of the answer, parsed as JSON; null if it is empty.
  base::Result<base::Value> call_json(const ApiCall& call) const;
  /// Opens streams of events at the same time and passes on each event until `next` returns false or all have ended.
  /// `tick` is called once a second.
  base::Result<void> streams(std::span<const ApiCall> calls, const std::function<bool(const ServerEvent&)>& next,
                             const std::function<void()>& tick = {}) const;

 private:
  base::Result<const ServerAccess*> access() const;

  ServerWords words_;
  const Session* session_ = nullptr;
  mutable std::optional<ServerAccess> access_;  // read on the first call, so that a password is asked for once
};

}  // namespace gyr::cli
