#include "worker/host_client.h"

#include <fmt/format.h>

#include "plugin_api/run_context.h"

namespace gyr::worker {

base::Task<base::Result<base::Value>> HostClient::call(protocol::AttemptKey key, uint32_t request, std::string function,
                                                       base::Value arguments) {
  struct Awaiter {
    std::shared_ptr<Call> call;
    bool await_ready() const { return call->result.has_value(); }
    void await_suspend(std::coroutine_handle<> awaiter) const { call->awaiter = awaiter; }
    void await_resume() const {}
  };
  auto call = std::make_shared<Call>();
  uint64_t number = ++last_call_;
  calls_.emplace(number, call);
  protocol::Sent sent =
      server_.send(protocol::HostCall{number, key, request, std::move(function), std::move(arguments)});
  if (sent != protocol::Sent::yes) {
    calls_.erase(number);
    if (sent == protocol::Sent::too_large) {
      co_return base::fail(protocol::frame_too_large,
                           fmt::format("the request to the server is larger than {} bytes", protocol::max_frame));
    }
    co_return base::fail(plugin::host_refused, "the server cannot be reached");
  }
  Awaiter awaiter{call};
  co_await awaiter;
  co_return *std::move(call->result);
}

void HostClient::answered(protocol::HostReply reply) {
  auto found = calls_.find(reply.call);
  if (found == calls_.end()) return;
  auto call = std::move(found->second);
  calls_.erase(found);
  if (reply.ok) {
    call->result.emplace(std::move(reply.value));
  } else {
    std::string message = reply.value.is_string() ? std::string(reply.value.text()) : "the server refused the request";
    call->result.emplace(base::fail(plugin::host_refused, std::move(message)));
  }
  if (call->awaiter) call->awaiter.resume();
}

void HostClient::link_lost() {
  auto calls = std::exchange(calls_, {});
  for (auto& [number, call] : calls) {
    call->result.emplace(base::fail(plugin::host_refused, "the connection to the server was lost"));
    if (call->awaiter) loop_.post([call = call] { call->awaiter.resume(); });
  }
}

}  // namespace gyr::worker
