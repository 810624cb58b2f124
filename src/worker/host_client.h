// Requests to the server and their answers.
#pragma once

#include <coroutine>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "base/value.h"
#include "protocol/frames.h"

namespace gyr::worker {

/// Lives on the loop of the worker.
class HostClient {
 public:
  HostClient(base::Loop& loop, protocol::Link& server) : loop_(loop), server_(server) {}

  /// Sends a request in the name of an attempt, or of a rendering (by its number). If the link closes, the request
  /// fails.
  base::Task<base::Result<base::Value>> call(protocol::AttemptKey key, uint32_t request, std::string function,
                                             base::Value arguments);
  void answered(protocol::HostReply reply);
  /// Fails all open requests.
  void link_lost();

 private:
  struct Call {
    std::coroutine_handle<> awaiter;
    std::optional<base::Result<base::Value>> result;
  };
  base::Loop& loop_;
  protocol::Link& server_;
  uint64_t last_call_ = 0;
  std::unordered_map<uint64_t, std::shared_ptr<Call>> calls_;
};

}  // namespace gyr::worker
