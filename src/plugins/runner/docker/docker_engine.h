// A container engine over its HTTP API: Docker, or Podman with its compatible socket.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "net/http.h"
#include "plugin_api/run_context.h"
#include "plugins/runner/docker/stream_frames.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode engine_unreachable{"GYR-P070"};

/// The usual socket of an engine: the first one that exists and that the worker may use, in order of preference.
/// Nothing if there is none. Blocking, but only checks files.
std::optional<std::string> engine_of_this_machine();

/// What the engine answered: any status.
struct EngineAnswer {
  int status = 0;
  base::Value body;  ///< of JSON; null otherwise
  bool ok() const { return status >= 200 && status < 300; }
};

/// One engine, for one run of a task. Errors name the host. It is used on the loop of the context and must not outlive
/// the context.
class DockerEngine {
 public:
  /// `host`: `unix:///path`, or `tcp://`, `http://`, `https://` with host and port.
  static base::Result<DockerEngine> at(plugin::RunContext& context, std::string_view host);

  /// One question with a short answer. `target`: path and query. A null body: none.
  base::Task<base::Result<EngineAnswer>> ask(std::string method, std::string target, base::Value body,
                                             base::CancelToken cancel);
  /// The same where only success will do: another status is an error with the engine's words.
  base::Task<base::Result<base::Value>> demand(std::string method, std::string target, base::Value body,
                                               base::CancelToken cancel);
  /// The same without a limit of time, for what ends when something else does.
  base::Task<base::Result<base::Value>> wait_for(std::string method, std::string target, base::CancelToken cancel);
  /// Sends a file; success or an error.
  base::Task<base::Result<void>> send_file(std::string target, std::filesystem::path file, base::CancelToken cancel);
  /// Writes the answer to a file.
  base::Task<base::Result<void>> fetch_file(std::string target, std::filesystem::path file, base::CancelToken cancel);
  /// An answer that arrives bit by bit, without a limit of time; any status.
  base::Task<base::Result<net::StreamedResponse>> open(std::string method, std::string target,
                                                       std::string registry_header, base::CancelToken cancel);
  /// The message of a response that reports a failure.
  base::Task<base::Error> refusal(std::string method, std::string target, net::StreamedResponse answer);

  const std::string& host() const { return host_; }

 private:
  DockerEngine(plugin::RunContext& context, std::string host) : context_(context), host_(std::move(host)) {}

  net::ClientRequest request(std::string method, std::string_view target) const;
  /// An error of the connection, with what to do about it.
  base::Error explained(const base::Error& error) const;
  base::Error refused(std::string_view method, std::string_view target, int status, std::string_view body) const;

  plugin::RunContext& context_;
  std::string host_;
  std::string socket_;  ///< path of the socket; empty for TCP
  std::string address_;
};

}  // namespace gyr::plugins::runner
