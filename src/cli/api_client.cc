#include "cli/api_client.h"

#include <fmt/format.h>

#include "base/loop.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/url.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using Response = base::Result<net::ClientResponse>;

base::Task<void> send(net::HttpClient* http, net::RunningLoop* loop, net::ClientRequest request,
                      std::optional<Response>* response) {
  *response = co_await http->send(std::move(request), *loop, base::CancelToken());
  loop->stop();
}

/// Waits for the answer on a loop that lives as long as the call.
Response answer_to(net::ClientRequest request) {
  auto loop = net::make_loop();
  auto http = net::make_http_client();
  std::optional<Response> response;
  base::TaskScope scope(*loop);
  loop->post([&] { scope.spawn(send(http.get(), loop.get(), std::move(request), &response)); });
  loop->run();
  if (!response) return base::fail(unreachable, "the connection ended without an answer");
  return *std::move(response);
}

/// What the server says about the items of a bulk call: `; ID: execution not in state FAILED`.
std::string invalid_items(const std::string& text) {
  constexpr size_t max_named = 10;
  auto body = syntax::parse_json(text);
  const base::Value* invalids = body && body->is_map() ? body->find("invalids") : nullptr;
  if (invalids == nullptr || !invalids->is_list()) return {};
  std::string out;
  size_t count = 0;
  for (const base::Value& invalid : invalids->items()) {
    if (++count > max_named) return out + fmt::format("; and {} more", invalids->size() - max_named);
    const base::Value* what = invalid.find("message");
    const base::Value* which = invalid.find("invalidValue");
    if (what == nullptr || !what->is_string()) continue;
    out += fmt::format("; {}{}",
                       which != nullptr && which->is_string() ? std::string(which->text()) + ": " : std::string(),
                       what->text());
  }
  return out;
}

base::Error refused(const net::ClientResponse& response) {
  std::string message = response.body;
  std::string hint;
  if (auto body = syntax::parse_json(response.body); body && body->is_map()) {
    if (const auto* text = body->find("message"); text != nullptr && text->is_string()) message = text->text();
    if (const auto* text = body->find("hint"); text != nullptr && text->is_string()) hint = text->text();
  }
  message += invalid_items(response.body);
  const bool who = response.status == 401 || response.status == 403;
  const base::ErrorCode code = response.status == 404 ? not_on_server : who ? not_logged_in : call_refused;
  base::Error error(code, fmt::format("the server answered {}: {}", response.status, message));
  if (who && hint.empty()) hint = "log in with `--user EMAIL:PASSWORD`; Kestra servers also accept `--api-token TOKEN`";
  return hint.empty() ? error : error.with_hint(std::move(hint));
}

base::Error no_answer(const ServerAccess& access, const base::Error& error) {
  return base::Error(unreachable, fmt::format("cannot reach the server {}: {}", access.url, error.message()))
      .with_hint("start a server with `gyr server local`, or use another one with `--server URL`");
}

net::ClientRequest request_of(const ServerAccess& access, const ApiCall& call) {
  /// Archives are the largest answers. A server creates none that is larger.
  constexpr size_t max_answer = 256u << 20;
  net::ClientRequest request;
  request.method = call.method;
  request.url = call.path.starts_with('/')
                    ? access.url + call.path
                    : fmt::format("{}/api/v1/{}/{}", access.url, path_part(access.tenant), call.path);
  request.total_timeout = call.timeout;
  if (call.timeout.count() == 0) request.read_idle_timeout = call.timeout;
  request.max_body_bytes = max_answer;
  request.body = call.body;
  if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
  for (const auto& [name, value] : call.headers) request.headers.add(name, value);
  for (const FormField& field : call.form) {
    request.multipart.push_back({.name = field.name,
                                 .value = field.value,
                                 .file = field.file,
                                 .file_name = field.file_name,
                                 .content_type = field.file.empty() ? "" : "application/octet-stream"});
  }
  if (!call.upload.empty()) {
    request.multipart.push_back({.name = "fileContent",
                                 .value = {},
                                 .file = call.upload,
                                 .file_name = "file",
                                 .content_type = "application/octet-stream"});
  }
  request.bearer = access.token;
  if (access.token.empty()) {
    request.basic_user = access.user;
    request.basic_password = access.password;
  }
  for (const auto& [name, value] : access.headers) request.headers.add(name, value);
  return request;
}

/// Splits a stream of server-sent events into events.
class EventReader {
 public:
  /// Adds a piece of the stream; `use` gets each event that is complete.
  template <class Use>
  void add(std::string_view piece, Use use) {
    for (char c : piece) {
      if (c == '\r') continue;
      if (c != '\n') {
        line_ += c;
        continue;
      }
      if (line_.empty()) {
        if (event_.id.empty() && event_.data.empty()) continue;
        use(std::exchange(event_, {}));
      } else {
        field(line_);
        line_.clear();
      }
    }
  }

 private:
  void field(std::string_view line) {
    const size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    const std::string_view name = line.substr(0, colon);
    if (name == "id") event_.id = value;
    if (name == "data") event_.data += (event_.data.empty() ? "" : "\n") + std::string(value);
  }
  std::string line_;
  ServerEvent event_;
};

/// What the streams of one call share. Lives until all have ended.
struct StreamsState {
  net::HttpClient* http;
  net::RunningLoop* loop;
  const std::function<bool(const ServerEvent&)>* next;
  base::CancelSource stop;  ///< nobody wants another event
  size_t open = 0;          ///< the last stream that ends stops the loop
  std::optional<base::Error> failure;
  const std::function<void()>* tick = nullptr;
  base::Loop::TimerId timer = 0;

  void arm() {
    timer = loop->start_timer(loop->now() + std::chrono::seconds(1), [this] {
      (*tick)();
      arm();
    });
  }
  void end() {
    if (timer != 0) loop->cancel_timer(timer);
    loop->stop();
  }

  void fail(base::Error error) {
    if (!stop.cancelled()) failure = std::move(error);
    stop.cancel();
  }
  void pass(const ServerEvent& event) {
    if (!stop.cancelled() && !(*next)(event)) stop.cancel();
  }
};

base::Task<void> follow_stream(StreamsState* state, size_t number, net::ClientRequest request) {
  auto opened = co_await state->http->open(std::move(request), *state->loop, state->stop.token());
  if (!opened) {
    state->fail(opened.error());
  } else if (opened->status != 200) {
    auto body = co_await opened->body->all(1 << 20);
    net::ClientResponse response;
    response.status = opened->status;
    response.body = body ? *std::move(body) : std::string();
    state->fail(refused(response));
  } else {
    EventReader reader;
    while (!state->stop.cancelled()) {
      auto piece = co_await opened->body->next();
      if (!piece || piece->empty()) break;  // a broken connection is an end too: the caller asks for the state again
      reader.add(*piece, [&](ServerEvent event) {
        event.stream = number;
        state->pass(event);
      });
    }
    ServerEvent event;
    event.stream = number;
    event.ended = true;
    state->pass(event);
  }
  state->open -= 1;
  if (state->open == 0) state->end();
}

}  // namespace

std::string path_part(std::string_view name) {
  if (name == "." || name == "..") return name == "." ? "%2E" : "%2E%2E";
  return net::percent_encode(name);
}

void ApiClient::declare(Arguments& arguments) {
  words_.declare(arguments);
  arguments.wants(session_);
}

base::Result<const ServerAccess*> ApiClient::access() const {
  if (!access_) {
    GYR_TRY(access_, resolve_access(words_, session_->console));
  }
  return &*access_;
}

base::Result<std::string> ApiClient::send(const ApiCall& call) const {
  GYR_TRY(const ServerAccess* where, access());
  auto response = answer_to(request_of(*where, call));
  if (!response) return base::fail(no_answer(*where, response.error()));
  if (response->status < 200 || response->status > 299) return base::fail(refused(*response));
  return std::move(response->body);
}

base::Result<void> ApiClient::streams(std::span<const ApiCall> calls,
                                      const std::function<bool(const ServerEvent&)>& next,
                                      const std::function<void()>& tick) const {
  GYR_TRY(const ServerAccess* where, access());
  auto loop = net::make_loop();
  auto http = net::make_http_client();
  StreamsState state{.http = http.get(), .loop = loop.get(), .next = &next};
  {
    base::TaskScope scope(*loop);
    loop->post([&] {
      state.open = calls.size();
      state.tick = &tick;
      if (tick) state.arm();
      for (size_t i = 0; i < calls.size(); ++i) {
        net::ClientRequest request = request_of(*where, calls[i]);
        request.headers.add("Accept", "text/event-stream");
        scope.spawn(follow_stream(&state, i, std::move(request)));
      }
    });
    loop->run();
  }
  if (!state.failure) return {};
  if (state.failure->code() == not_on_server || state.failure->code() == not_logged_in ||
      state.failure->code() == call_refused)
    return base::fail(*std::move(state.failure));
  return base::fail(no_answer(*where, *state.failure));
}

base::Result<base::Value> ApiClient::call_json(const ApiCall& call) const {
  GYR_TRY(std::string body, send(call));
  if (body.empty()) return base::Value();
  return syntax::parse_json(body);
}

base::Result<base::Value> ApiClient::call(std::string method, std::string_view path, const base::Value& body) const {
  ApiCall call{.method = std::move(method), .path = std::string(path)};
  if (!body.is_null()) {
    call.body = syntax::write_json(body);
    call.content_type = "application/json";
  }
  return call_json(call);
}

}  // namespace gyr::cli
