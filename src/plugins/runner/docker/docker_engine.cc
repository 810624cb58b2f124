#include "plugins/runner/docker/docker_engine.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "plugins/runner/docker/image_name.h"
#include "syntax/json.h"

namespace gyr::plugins::runner {
namespace {

using base::Value;

constexpr std::string_view unix_scheme = "unix://";
/// An engine that does not respond to a simple request for this time is considered dead; a busy engine takes seconds.
constexpr std::chrono::minutes max_silence{2};
/// Of an answer that is kept in memory.
constexpr size_t max_answer = 16 * 1024 * 1024;
constexpr size_t shown_of_answer = 2000;

/// The engine's own words: `{"message": "…"}`.
std::string message_of(std::string_view body) {
  auto parsed = syntax::parse_json(body);
  if (parsed && parsed->is_map()) {
    for (std::string_view key : {"message", "cause"}) {
      const Value* message = parsed->find(key);
      if (message != nullptr && message->is_string()) return std::string(message->text());
    }
  }
  return std::string(body.substr(0, shown_of_answer));
}

}  // namespace

std::optional<std::string> engine_of_this_machine() {
  for (std::string_view path : {"/var/run/docker.sock", "/dind/docker.sock"}) {
    struct stat status;
    std::string file(path);
    if (::stat(file.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode) || ::access(file.c_str(), R_OK | W_OK) != 0)
      continue;
    return std::string(unix_scheme) + file;
  }
  return std::nullopt;
}

base::Result<DockerEngine> DockerEngine::at(plugin::RunContext& context, std::string_view host) {
  if (context.http() == nullptr) return base::fail(plugin::task_failed, "container engines are not available");
  DockerEngine engine(context, std::string(host));
  if (host.starts_with(unix_scheme)) {
    engine.socket_ = host.substr(unix_scheme.size());
    engine.address_ = "http://localhost";
    return engine;
  }
  if (host.starts_with("tcp://")) {
    engine.address_ = "http://" + std::string(host.substr(6));
  } else if (host.starts_with("http://") || host.starts_with("https://")) {
    engine.address_ = host;
  } else {
    return base::fail(
        base::Error(bad_docker_property, fmt::format("invalid `host` of the container engine: `{}`", host))
            .with_hint("write unix:///path/to/socket, tcp://host:port or https://host:port"));
  }
  while (engine.address_.ends_with('/')) engine.address_.pop_back();
  return engine;
}

net::ClientRequest DockerEngine::request(std::string method, std::string_view target) const {
  net::ClientRequest request;
  request.method = std::move(method);
  request.url = address_ + std::string(target);
  request.unix_socket = socket_;
  request.follow_redirects = false;
  request.read_idle_timeout = max_silence;
  request.max_body_bytes = max_answer;
  return request;
}

base::Error DockerEngine::explained(const base::Error& error) const {
  if (error.code() == net::request_cancelled) return {plugin::task_cancelled, "the task was cancelled"};
  const bool local = error.code() == net::local_file_failed || error.code() == net::body_too_large;
  if (local) return error;
  return base::Error(
             engine_unreachable,
             fmt::format(
                 "cannot reach the container engine at {}: {}. Check that it is running and that the server has "
                 "permission to use it. If the server runs in a container, mount the socket into the container. To run "
                 "scripts without a container engine, use `taskRunner: {{type: io.kestra.plugin.core.runner.Process}}`",
                 host_, error.message()))
      .with_cause(error);
}

base::Error DockerEngine::refused(std::string_view method, std::string_view target, int status,
                                  std::string_view body) const {
  return {engine_answer, fmt::format("the container engine rejected {} {} ({}): {}", method,
                                     target.substr(0, target.find('?')), status, message_of(body))};
}

base::Task<base::Result<EngineAnswer>> DockerEngine::ask(std::string method, std::string target, Value body,
                                                         base::CancelToken cancel) {
  net::ClientRequest question = request(method, target);
  if (!body.is_null()) {
    question.headers.add("Content-Type", "application/json");
    question.body = syntax::write_json(body);
  }
  auto answer = co_await context_.http()->send(std::move(question), cancel);
  if (!answer) co_return base::fail(explained(answer.error()));
  EngineAnswer result{answer->status, {}};
  if (auto parsed = syntax::parse_json(answer->body)) {
    result.body = *std::move(parsed);
  } else if (!answer->body.empty() && !result.ok()) {
    result.body = Value::map({{"message", Value::string(base::repair_utf8(answer->body.substr(0, shown_of_answer)))}});
  }
  co_return result;
}

base::Task<base::Result<Value>> DockerEngine::demand(std::string method, std::string target, Value body,
                                                     base::CancelToken cancel) {
  GYR_CO_TRY(EngineAnswer answer, co_await ask(method, target, std::move(body), cancel));
  if (!answer.ok()) co_return base::fail(refused(method, target, answer.status, syntax::write_json(answer.body)));
  co_return answer.body;
}

base::Task<base::Result<Value>> DockerEngine::wait_for(std::string method, std::string target,
                                                       base::CancelToken cancel) {
  net::ClientRequest question = request(method, target);
  question.read_idle_timeout = {};
  auto answer = co_await context_.http()->send(std::move(question), cancel);
  if (!answer) co_return base::fail(explained(answer.error()));
  if (answer->status < 200 || answer->status >= 300)
    co_return base::fail(refused(method, target, answer->status, answer->body));
  co_return syntax::parse_json(answer->body).value_or(Value());
}

base::Task<base::Result<void>> DockerEngine::send_file(std::string target, std::filesystem::path file,
                                                       base::CancelToken cancel) {
  net::ClientRequest upload = request("PUT", target);
  upload.headers.add("Content-Type", "application/x-tar");
  upload.body_file = file.string();
  auto answer = co_await context_.http()->send(std::move(upload), cancel);
  if (!answer) co_return base::fail(explained(answer.error()));
  if (answer->status < 200 || answer->status >= 300)
    co_return base::fail(refused("PUT", target, answer->status, answer->body));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> DockerEngine::fetch_file(std::string target, std::filesystem::path file,
                                                        base::CancelToken cancel) {
  net::ClientRequest download = request("GET", target);
  download.to_file = file.string();
  download.max_body_bytes = 0;
  auto answer = co_await context_.http()->send(std::move(download), cancel);
  if (!answer) co_return base::fail(explained(answer.error()));
  if (answer->status < 200 || answer->status >= 300) {
    co_return base::fail(refused("GET", target, answer->status, "cannot read the files of the container"));
  }
  co_return base::Result<void>();
}

base::Task<base::Result<net::StreamedResponse>> DockerEngine::open(std::string method, std::string target,
                                                                   std::string registry_header,
                                                                   base::CancelToken cancel) {
  net::ClientRequest question = request(method, target);
  question.read_idle_timeout = {};
  if (!registry_header.empty()) question.headers.add("X-Registry-Auth", registry_header);
  auto answer = co_await context_.http()->open(std::move(question), cancel);
  if (!answer) co_return base::fail(explained(answer.error()));
  co_return std::move(*answer);
}

base::Task<base::Error> DockerEngine::refusal(std::string method, std::string target, net::StreamedResponse answer) {
  auto body = co_await answer.body->all(max_answer);
  co_return refused(method, target, answer.status, body.value_or(""));
}

}  // namespace gyr::plugins::runner
